# The main of the test programs, compiled once, and the registration of tests.
find_package(Catch2 REQUIRED)

add_library(tessera_test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_link_libraries(tessera_test_main PUBLIC tessera_base)
if(TARGET Catch2::Catch2)
  target_link_libraries(tessera_test_main PUBLIC Catch2::Catch2)
endif()
target_include_directories(tessera_test_main PUBLIC ${PROJECT_SOURCE_DIR}/tests)
target_compile_definitions(tessera_test_main PRIVATE TESSERA_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")

# The first Python that can read HDF5, for cases and foreign readers: a system may have several.
foreach(candidate ${TESSERA_PYTHON} python3 /usr/bin/python3)
  execute_process(COMMAND ${candidate} -c "import h5py, numpy" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(status EQUAL 0)
    set(tessera_test_python ${candidate})
    break()
  endif()
endforeach()
if(NOT tessera_test_python)
  message(WARNING "No Python has h5py and numpy: tests that need it are left out (TESSERA_PYTHON can name one)")
endif()

set(TESSERA_TEST_THREADS 1 CACHE STRING "Threads a rank in tests")

# What tests need around them: few threads, and an MPI that works in containers and with more ranks than cores, does not
# spend half a second on looking for fast networks, and leaves the processor to others while it waits. What is measured
# about transforms stays in the build folder.
set(TESSERA_TEST_ENVIRONMENT
  TESSERA_CACHE=${PROJECT_BINARY_DIR}/cache
  OMP_NUM_THREADS=${TESSERA_TEST_THREADS} OMP_PROC_BIND=false OMP_WAIT_POLICY=passive OPENBLAS_NUM_THREADS=1
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
  OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_pml=ob1 OMPI_MCA_mpi_yield_when_idle=1
  LSAN_OPTIONS=leak_check_at_exit=0:print_suppressions=0:suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp
  PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe PRTE_MCA_hwloc_default_binding_policy=none)

# tessera_test_command(<variable> <ranks>): what starts a program on so many ranks
function(tessera_test_command variable ranks)
  set(${variable} ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} ${MPIEXEC_PREFLAGS} PARENT_SCOPE)
endfunction()

# tessera_set_test(<test> RANKS n [LABELS l...] [TIMEOUT s]): the properties that all tests share
function(tessera_set_test test)
  cmake_parse_arguments(arg "" "RANKS;TIMEOUT" "LABELS" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS quick)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 150)
    if("long" IN_LIST arg_LABELS)
      set(arg_TIMEOUT 600)
    endif()
  endif()
  if(arg_RANKS GREATER 1)
    list(APPEND arg_LABELS mpi)
  endif()
  if(CMAKE_CXX_FLAGS_DEBUG MATCHES "-fsanitize=")  # five times as slow, and more where ranks share a processor
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 5")
  endif()
  math(EXPR alarm "${arg_TIMEOUT} - 5")
  set_tests_properties(${test} PROPERTIES PROCESSORS ${arg_RANKS} TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
    ENVIRONMENT "${TESSERA_TEST_ENVIRONMENT};TESSERA_TEST_TIMEOUT=${alarm}")
endfunction()

# tessera_test(<name> SOURCES ... [LINKS ...] [RANKS 1 2 3 4] [LABELS quick|long] [TIMEOUT seconds] [KIND unit]):
# the tests <kind>.<folder>.<name>.np<ranks>: the test cases of those sources. A folder has one program, test_<folder>.
function(tessera_test name)
  cmake_parse_arguments(arg "" "TIMEOUT;KIND" "SOURCES;LINKS;RANKS;LABELS" ${ARGN})
  if(NOT arg_RANKS)
    set(arg_RANKS 1)
  endif()
  if(NOT arg_KIND)
    set(arg_KIND unit)
  endif()
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  string(REPLACE "/" "_" target test_${folder})
  string(REPLACE "/" "." folder ${folder})
  if(NOT TARGET ${target})
    add_executable(${target})
    target_link_libraries(${target} PRIVATE tessera_test_main)
  endif()
  get_target_property(sources ${target} SOURCES)
  set(chosen "")
  foreach(source IN LISTS arg_SOURCES)
    if(NOT source IN_LIST sources)
      target_sources(${target} PRIVATE ${source})
    endif()
    if(source MATCHES "^(test_.*)\\.cpp$")  # others hold no test cases
      string(APPEND chosen ",[#${CMAKE_MATCH_1}]")
    endif()
  endforeach()
  string(SUBSTRING ${chosen} 1 -1 chosen)
  target_link_libraries(${target} PRIVATE ${arg_LINKS})
  foreach(ranks IN LISTS arg_RANKS)
    set(test ${arg_KIND}.${folder}.${name}.np${ranks})
    tessera_test_command(start ${ranks})
    add_test(NAME ${test} COMMAND ${start} $<TARGET_FILE:${target}> ${chosen})
    tessera_set_test(${test} RANKS ${ranks} LABELS ${arg_LABELS} TIMEOUT ${arg_TIMEOUT})
  endforeach()
endfunction()
