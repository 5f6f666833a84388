# One library target a folder of src/: its links are the allowed dependencies.
include(GNUInstallDirs)

add_library(tessera_options INTERFACE)
target_compile_features(tessera_options INTERFACE cxx_std_20)
target_include_directories(tessera_options INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tessera>)
target_compile_definitions(tessera_options INTERFACE OMPI_SKIP_MPICXX=1 MPICH_SKIP_MPICXX=1)

set(tessera_has_device FALSE)
if("CUDA" IN_LIST Kokkos_DEVICES OR "HIP" IN_LIST Kokkos_DEVICES)
  set(tessera_has_device TRUE)
  # fmt 9 takes nvcc for a compiler of C++11, and nvcc does not evaluate the consteval check of format strings.
  target_compile_definitions(tessera_options INTERFACE FMT_CONSTEVAL= FMT_USE_CONSTEXPR=1)
endif()

# What belongs to Tessera's own sources alone.
set(tessera_warnings
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wconversion -Wno-sign-conversion -Wno-psabi>
  # What GCC 12 sees in additions of strings, in its own vector intrinsics and in fmt is not there (its bugs 105651,
  # 105593, 109717).
  $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:
    -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow>
  # Several sources compiled as one: what is private to a source is no matter of the others.
  $<$<NOT:$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wshadow>
  $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
  # What the device compiler generates is not pedantic.
  $<$<NOT:$<BOOL:${tessera_has_device}>>:-Wpedantic>
  $<$<BOOL:${TESSERA_WERROR}>:-Werror>)
target_compile_options(tessera_options INTERFACE "$<BUILD_INTERFACE:${tessera_warnings}>")

# The width of vector registers is part of the data layout: who links these libraries compiles for the same processor.
string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
string(REGEX MATCHALL "-m(arch|cpu)=[^ ]+" tessera_processor "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${config}}")
target_compile_options(tessera_options INTERFACE $<INSTALL_INTERFACE:${tessera_processor}>)
set_target_properties(tessera_options PROPERTIES EXPORT_NAME options)
install(TARGETS tessera_options EXPORT TesseraTargets)

# tessera_library(<folder> [SOURCES ...] LINKS ... [PRIVATE_LINKS ...]): target tessera_<folder with _ for />, outside
# tessera::<the same>; without sources it is a folder of headers.
function(tessera_library folder)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  if(arg_SOURCES)
    add_library(tessera_${name} STATIC ${arg_SOURCES})
    target_link_libraries(tessera_${name} PUBLIC tessera_options ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
  else()
    add_library(tessera_${name} INTERFACE)
    target_link_libraries(tessera_${name} INTERFACE tessera_options ${arg_LINKS})
  endif()
  set_target_properties(tessera_${name} PROPERTIES EXPORT_NAME ${name})
  add_library(tessera::${name} ALIAS tessera_${name})
  install(TARGETS tessera_${name} EXPORT TesseraTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()
