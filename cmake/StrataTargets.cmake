# The few rules every target of this project shares.

find_package(Threads REQUIRED)
get_filename_component(STRATA_SOURCE_ROOT ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)

# Language level, include root and warnings; every target links it.
add_library(strata_options INTERFACE)
target_compile_features(strata_options INTERFACE cxx_std_23)
target_include_directories(strata_options INTERFACE ${STRATA_SOURCE_ROOT})
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

# strata_ui_library(NAME SOURCES file... [LINKS target...]): the same for folders with Qt objects. List headers that
# declare Q_OBJECT too. Qt's `signals` and `slots` are macros here; `emit` is one as well.
function(strata_ui_library name)
    strata_library(${name} ${ARGN})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_compile_definitions(${name} PUBLIC QT_NO_CAST_FROM_ASCII QT_NO_FOREACH QT_NO_URL_CAST_FROM_STRING)
endfunction()

if(STRATA_TESTS)
    if(NOT TARGET GTest::gtest_main)
        find_package(GTest REQUIRED)
    endif()
    include(GoogleTest)
endif()

# strata_test_program(NAME SOURCES file... LINKS target...): a GoogleTest executable; strata_cases() registers its cases.
function(strata_test_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE strata_options ${ARG_LINKS} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name} PRIVATE STRATA_SOURCE_DIR="${STRATA_SOURCE_ROOT}"
                                               STRATA_TEST_DATA="${STRATA_SOURCE_ROOT}/tests/data")
endfunction()

# strata_cases(NAME [SUITE suite] [TIMEOUT seconds] LABELS label... [PROPERTIES property value...]): every case of a
# program, or of one of its suites, becomes a ctest test.
function(strata_cases name)
    cmake_parse_arguments(ARG "" "SUITE;TIMEOUT" "LABELS;PROPERTIES" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    set(filter "")
    if(ARG_SUITE)
        set(filter TEST_FILTER "${ARG_SUITE}.*")
    endif()
    set(cases ${name}_${ARG_SUITE}_cases)
    gtest_discover_tests(${name} ${filter} TEST_LIST ${cases} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${ARG_TIMEOUT}
                                                                                            ${ARG_PROPERTIES})
    # gtest_discover_tests cannot pass a list of labels.
    set(labels ${CMAKE_CURRENT_BINARY_DIR}/${cases}_labels.cmake)
    file(CONFIGURE OUTPUT ${labels} @ONLY CONTENT [[
if(@cases@)
    set_tests_properties(${@cases@} PROPERTIES LABELS "@ARG_LABELS@")
endif()
]])
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${labels})
endfunction()

# strata_test(NAME SOURCES file... LINKS target... LABELS label... [TIMEOUT seconds]): a program and all of its cases.
function(strata_test name)
    if(NOT STRATA_TESTS)
        return()
    endif()
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
    strata_test_program(${name} SOURCES ${ARG_SOURCES} LINKS ${ARG_LINKS})
    strata_cases(${name} TIMEOUT ${ARG_TIMEOUT} LABELS ${ARG_LABELS})
endfunction()

# strata_qt_test(NAME SOURCES file... LINKS target... LABELS label... [TIMEOUT seconds] [SESSION]): a Qt Test program,
# registered as one test. It draws into memory; with SESSION it runs on a display of its own, with a window manager and a
# session bus, and is skipped where these are not installed.
function(strata_qt_test name)
    if(NOT STRATA_TESTS)
        return()
    endif()
    cmake_parse_arguments(ARG "SESSION" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
    find_package(Qt6 6.4 REQUIRED COMPONENTS Test)
    add_executable(${name} ${ARG_SOURCES})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(${name} PRIVATE strata_options ${ARG_LINKS} Qt6::Test)
    target_compile_definitions(${name} PRIVATE STRATA_SOURCE_DIR="${STRATA_SOURCE_ROOT}"
                                               STRATA_TEST_DATA="${STRATA_SOURCE_ROOT}/tests/data")
    set(session "")
    if(ARG_SESSION)
        set(session SESSION)
    endif()
    strata_qt_run(${name} PROGRAM ${name} LABELS ${ARG_LABELS} TIMEOUT ${ARG_TIMEOUT} ${session})
endfunction()

# strata_qt_run(NAME PROGRAM target [ARGUMENTS word...] LABELS label... [TIMEOUT seconds] [SESSION]): one run of a Qt Test
# program as a test, beside or instead of that of strata_qt_test().
function(strata_qt_run name)
    if(NOT STRATA_TESTS)
        return()
    endif()
    cmake_parse_arguments(ARG "SESSION" "PROGRAM;TIMEOUT" "ARGUMENTS;LABELS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    set(properties LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
    # Texts are compared: the tests speak English, whatever the desktop speaks. One time limit is enough: Qt Test has one
    # of its own, for every function.
    set(environment QT_LOGGING_RULES=*.debug=false LC_ALL=C.UTF-8 LANGUAGE= QTEST_FUNCTION_TIMEOUT=${ARG_TIMEOUT}000)
    if(ARG_SESSION)
        add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/support/window_session $<TARGET_FILE:${ARG_PROGRAM}>
                                      ${ARG_ARGUMENTS})
        set_tests_properties(${name} PROPERTIES ${properties} ENVIRONMENT "${environment}" SKIP_RETURN_CODE 77)
    else()
        add_test(NAME ${name} COMMAND ${ARG_PROGRAM} ${ARG_ARGUMENTS})
        set_tests_properties(${name} PROPERTIES ${properties} ENVIRONMENT "${environment};QT_QPA_PLATFORM=offscreen")
    endif()
endfunction()

# strata_fuzzer(NAME SOURCES file... CORPUS folder DICTIONARY file LINKS target...): a libFuzzer target, built in the fuzz
# preset only. The dictionary may be missing. What a run finds lies in NAME_found in the build folder, crashes beside it.
function(strata_fuzzer name)
    if(NOT STRATA_FUZZ)
        return()
    endif()
    cmake_parse_arguments(ARG "" "CORPUS;DICTIONARY" "SOURCES;LINKS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE strata_options ${ARG_LINKS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(found ${CMAKE_CURRENT_BINARY_DIR}/${name}_found)
    file(MAKE_DIRECTORY ${found})
    set(options -close_fd_mask=1 -timeout=20 -rss_limit_mb=2048)
    if(EXISTS ${ARG_DICTIONARY})
        list(APPEND options -dict=${ARG_DICTIONARY})
    endif()
    add_test(NAME ${name}.smoke COMMAND ${name} -max_total_time=5 ${options} ${found} ${ARG_CORPUS})
    set_tests_properties(${name}.smoke PROPERTIES LABELS "fuzz" TIMEOUT 300)
    add_test(NAME ${name}.million COMMAND ${name} -runs=1000000 ${options} ${found} ${ARG_CORPUS})
    set_tests_properties(${name}.million PROPERTIES LABELS "nightly" TIMEOUT 36000)
endfunction()
