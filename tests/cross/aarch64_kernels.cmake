# Builds the kernels and their tests for aarch64 in FOLDER and runs them on three emulated processors: without dotprod,
# with it, and with i8mm too. Says SKIPPED where this machine lacks what that takes.
#   cmake -DSOURCES=<root> -DFOLDER=<build folder> -P aarch64_kernels.cmake
foreach(tool aarch64-linux-gnu-g++ aarch64-linux-gnu-gcc qemu-aarch64 ninja)
    find_program(found_${tool} ${tool})
    if(NOT found_${tool})
        message("SKIPPED: ${tool} is missing (packages g++-aarch64-linux-gnu, qemu-user, ninja-build)")
        return()
    endif()
endforeach()
if(NOT EXISTS /usr/src/googletest/CMakeLists.txt)
    message("SKIPPED: the sources of GoogleTest are missing (package googletest)")
    return()
endif()

function(run)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        string(REPLACE ";" " " command "${ARGV}")
        message(FATAL_ERROR "failed (${status}): ${command}")
    endif()
endfunction()

run(${CMAKE_COMMAND} -S ${SOURCES}/tests/cross -B ${FOLDER} -G Ninja -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_TOOLCHAIN_FILE=${SOURCES}/cmake/toolchains/aarch64-linux-gnu.cmake)
run(${CMAKE_COMMAND} --build ${FOLDER} --target strata_kernels_tests)
run(${CMAKE_CTEST_COMMAND} --test-dir ${FOLDER} -R kernels.objects_share_no_inline_code --no-tests=error)

# Runs the cases of `tables` on an emulated processor; the table named `present` must be among what it has.
function(test_on processor tables present)
    set(program qemu-aarch64 -L /usr/aarch64-linux-gnu -cpu ${processor} ${FOLDER}/kernel_tests/strata_kernels_tests)
    message("${processor}: ${tables}")
    run(${program} --gtest_brief=1 --gtest_filter=${tables})
    execute_process(COMMAND ${program} --gtest_filter=*KernelChoiceOf.*/${present} OUTPUT_VARIABLE output)
    if(NOT output MATCHES "PASSED  . 1 test")
        message(FATAL_ERROR "${present} did not run on ${processor}:\n${output}")
    endif()
endfunction()
test_on(cortex-a72 KernelChoice* reference)
test_on(neoverse-n1 KernelChoice*:*/neondotprod neondotprod)
test_on(max KernelChoice*:*/neoni8mm neoni8mm)
