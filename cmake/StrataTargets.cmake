# The few rules every target of this project shares.

find_package(Threads REQUIRED)

# Language level, include root and warnings; every target links it.
add_library(strata_options INTERFACE)
target_compile_features(strata_options INTERFACE cxx_std_23)
target_include_directories(strata_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(strata_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wshadow
                                                 -ffp-contract=off $<$<BOOL:${STRATA_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
    # False alarms of GCC 12 and 13 in std::string and std::variant (GCC bugs 105651 and 80635).
    target_compile_options(strata_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
target_link_libraries(strata_options INTERFACE Threads::Threads)

# strata_library(NAME SOURCES file... [LINKS target...]): a static library, one per folder, so that the link lines
# state which folder may use which.
function(strata_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC strata_options ${ARG_LINKS})
endfunction()

# strata_test(NAME SOURCES file... LINKS target... LABELS label...): one GoogleTest executable, every case a ctest test.
function(strata_test name)
    if(NOT STRATA_TESTS)
        return()
    endif()
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    find_package(GTest REQUIRED)
    include(GoogleTest)
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE strata_options ${ARG_LINKS} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name} PRIVATE STRATA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                               STRATA_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()

# strata_fuzzer(NAME SOURCE CORPUS LINKS target...): a libFuzzer target, built in the fuzz preset only.
function(strata_fuzzer name)
    if(NOT STRATA_FUZZ)
        return()
    endif()
    cmake_parse_arguments(ARG "" "SOURCE;CORPUS" "LINKS" ${ARGN})
    add_executable(${name} ${ARG_SOURCE})
    target_link_libraries(${name} PRIVATE strata_options ${ARG_LINKS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_test(NAME ${name}.smoke COMMAND ${name} -max_total_time=5 -close_fd_mask=1 ${CMAKE_CURRENT_BINARY_DIR}/${name}_found
                                        ${ARG_CORPUS})
    set_tests_properties(${name}.smoke PROPERTIES LABELS "fuzz")
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${name}_found)
endfunction()
