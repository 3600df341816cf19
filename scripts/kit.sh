# Sourced by scripts that build: takes libraries from build/kit, where setup.sh has unpacked them.
# Sets kit_prefix, for CMAKE_PREFIX_PATH: empty without a kit.
kit_prefix=
if [[ -d build/kit ]]; then
  kit_prefix=$(realpath build/kit/usr)
  kit_libraries=$kit_prefix/lib/x86_64-linux-gnu
  export PATH=$PATH:$kit_prefix/bin
  export CPATH=$kit_prefix/include:$kit_prefix/include/x86_64-linux-gnu${CPATH:+:$CPATH}
  export LIBRARY_PATH=$kit_libraries${LIBRARY_PATH:+:$LIBRARY_PATH}
  export LD_LIBRARY_PATH=$kit_libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export PKG_CONFIG_LIBDIR=$kit_libraries/pkgconfig:$kit_prefix/share/pkgconfig
  export PKG_CONFIG_SYSROOT_DIR=${kit_prefix%/usr}
fi
