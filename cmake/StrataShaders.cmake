# Compiles GLSL to SPIR-V, checks it, and embeds it; C++ names the modules by a generated enum.

# strata_shader(NAME SOURCE [DEFINE...]): declares one variant. The same NAME is its enumerator.
function(strata_shader name source)
    set(spirv ${CMAKE_CURRENT_BINARY_DIR}/${name}.spv)
    set(defines ${ARGN})
    list(TRANSFORM defines PREPEND "-D")
    add_custom_command(
        OUTPUT ${spirv}
        COMMAND ${STRATA_GLSLC} --target-env=vulkan1.2 -O -Werror ${defines} -MD -MF ${spirv}.d
                -o ${spirv} ${CMAKE_CURRENT_SOURCE_DIR}/${source}
        COMMAND ${STRATA_SPIRV_VAL} --target-env vulkan1.2 ${spirv}
        DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${source}
        DEPFILE ${spirv}.d
        VERBATIM)
    set_property(DIRECTORY APPEND PROPERTY STRATA_SHADERS ${name})
endfunction()

# strata_shader_library(TARGET): the library of all variants that this folder has declared; it provides
# "strata_shaders/shader_id.h" and the definition of shaderCode() (gpu/vk/shader_code.h).
function(strata_shader_library target)
    get_property(names DIRECTORY PROPERTY STRATA_SHADERS)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/generated)
    set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedShaders.cmake)
    list(JOIN names ", " enumerators)
    file(CONFIGURE OUTPUT ${folder}/strata_shaders/shader_id.h @ONLY CONTENT
        "// Generated from gpu/shaders/CMakeLists.txt.\n#pragma once\n\n#include <cstdint>\n\nnamespace strata::gpu {\n\nenum class ShaderId : std::uint32_t { @enumerators@ };\n\n}  // namespace strata::gpu\n")
    set(modules ${names})
    list(TRANSFORM modules REPLACE "(.+)" "${CMAKE_CURRENT_BINARY_DIR}/\\1.spv")
    add_custom_command(
        OUTPUT ${folder}/shaders.cpp
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${folder}/shaders.cpp -DFOLDER=${CMAKE_CURRENT_BINARY_DIR} "-DNAMES=${names}" -P ${script}
        DEPENDS ${modules} ${script}
        VERBATIM)
    strata_library(${target} SOURCES ${folder}/shaders.cpp)
    target_include_directories(${target} PUBLIC ${folder})
endfunction()
