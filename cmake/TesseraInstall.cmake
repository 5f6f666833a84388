# `cmake --install`: the program, the libraries with their headers, and what find_package(Tessera CONFIG) needs.
include(CMakePackageConfigHelpers)
set(tessera_package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Tessera)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tessera FILES_MATCHING
  PATTERN "*.hpp")
install(EXPORT TesseraTargets NAMESPACE tessera:: DESTINATION ${tessera_package_folder})
configure_file(${PROJECT_SOURCE_DIR}/cmake/TesseraConfig.cmake.in ${PROJECT_BINARY_DIR}/TesseraConfig.cmake @ONLY)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/TesseraConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/TesseraConfig.cmake ${PROJECT_BINARY_DIR}/TesseraConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/TesseraDependencies.cmake DESTINATION ${tessera_package_folder})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
