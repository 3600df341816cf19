# What Debian's packages have beside what is installed: manual pages compressed, copyright, changelog, overrides.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
find_program(gzip gzip REQUIRED)
set(here ${CMAKE_CURRENT_LIST_DIR})

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  string(TOUPPER ${component} key)
  set(package ${CPACK_DEBIAN_${key}_PACKAGE_NAME})

  file(GLOB pages LIST_DIRECTORIES false ${root}/share/man/man1/*.1)
  foreach(page IN LISTS pages)
    if(IS_SYMLINK ${page})
      file(READ_SYMLINK ${page} target)
      file(CREATE_LINK ${target}.gz ${page}.gz SYMBOLIC)
      file(REMOVE ${page})
    else()
      execute_process(COMMAND ${gzip} -9n ${page} COMMAND_ERROR_IS_FATAL ANY)
    endif()
  endforeach()

  set(doc ${root}/share/doc/${package})
  file(MAKE_DIRECTORY ${doc})
  file(COPY ${here}/copyright DESTINATION ${doc})
  file(WRITE ${doc}/changelog "lmzip (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
    "  * What has changed: CHANGELOG.md of the sources.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${CPACK_LMZIP_DATE}\n")
  execute_process(COMMAND ${gzip} -9n ${doc}/changelog COMMAND_ERROR_IS_FATAL ANY)

  file(MAKE_DIRECTORY ${root}/share/lintian/overrides)
  file(COPY_FILE ${here}/lintian-overrides ${root}/share/lintian/overrides/${package})
endforeach()
