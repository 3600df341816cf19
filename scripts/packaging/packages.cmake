# Debian packages, one a component, and a relocatable archive of everything: made and tested by scripts/package.sh.
set(LMZIP_MAINTAINER "The lmzip maintainers <lmzip@localhost.localdomain>" CACHE STRING
    "Who answers for the packages: NAME <ADDRESS>")
if(NOT LMZIP_DATE)
  string(TIMESTAMP LMZIP_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
endif()
set(CPACK_PACKAGE_NAME lmzip)
set(CPACK_PACKAGE_VENDOR "The lmzip project")
set(CPACK_PACKAGE_CONTACT ${LMZIP_MAINTAINER})
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_SOURCE_GENERATOR "")
set(CPACK_GENERATOR DEB TXZ)
set(CPACK_THREADS 0)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/generator.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian_files.cmake)
set(CPACK_LMZIP_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_LMZIP_DATE ${LMZIP_DATE})

# lmzip_package(COMPONENT NAME SECTION SUMMARY TEXT [DEPENDS ...]): a Debian package.
function(lmzip_package component name section summary text)
  string(TOUPPER ${component} key)
  string(REPLACE ";" ", " depends "${ARGN}")
  set(CPACK_DEBIAN_${key}_PACKAGE_NAME ${name} PARENT_SCOPE)
  set(CPACK_DEBIAN_${key}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_DEBIAN_${key}_PACKAGE_DEPENDS "${depends}" PARENT_SCOPE)
  set(CPACK_COMPONENT_${key}_DESCRIPTION "${summary}\n${text}" PARENT_SCOPE)
  set(packages ${CPACK_COMPONENTS_ALL} ${component})
  set(CPACK_COMPONENTS_ALL ${packages} PARENT_SCOPE)
endfunction()

set(CPACK_COMPONENTS_ALL "")
lmzip_package(program lmzip utils "lossless compression with a language model as predictor"
"An integer language model and an online context mixer predict every byte; what
they leave open is coded. Slow and small: text takes about two thirds of what
xz makes of it, and comes back byte for byte on any machine. The default model
is linked in. Damage is found and survived; output appears whole or not at all.")
set(same_version "(= ${PROJECT_VERSION})")
lmzip_package(models lmzip-models utils "larger and special models for lmzip"
"Models that lmzip finds by name (-m large, -m tok) and by the ids in compressed
files: a larger one, a small one, one of SentencePiece tokens.")
lmzip_package(library liblmzip-dev libdevel "lossless compression with a language model - library"
"The static library, with the headers of its C++ and C interfaces, the CMake
package and the file for pkg-config."
  libssl-dev libxxhash-dev libminizip-dev zlib1g-dev)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "lmzip-models, lmzip-peers, lmzip-sentencepiece, lmzip-torch")
set(CPACK_DEBIAN_MODELS_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_MODELS_PACKAGE_ENHANCES lmzip)
if(TARGET lmzip_tokenizer)
  lmzip_package(sentencepiece lmzip-sentencepiece utils "lmzip's plug-in for models of tokens"
"Compressing with a model of SentencePiece tokens needs it; decompressing
needs nothing of it." "lmzip ${same_version}")
endif()
lmzip_package(peers lmzip-peers utils "lmzip's plug-in for other compressors"
"Compares lmzip with gzip, xz, zstd, brotli, FLAC and PNG in tables
(lmzip eval)."
  "lmzip ${same_version}")
if(TARGET lmzip_torch)
  lmzip_package(torch lmzip-torch utils "lmzip's plug-in for libtorch"
"Runs lmzip's models, and those of others, by libtorch (lmzip --engine torch)."
    "lmzip ${same_version}")
endif()

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
include(CPack)
