# cmake -DOUTPUT=file -DFOLDER=folder -DNAMES=name;... -P EmbedShaders.cmake: writes OUTPUT, a C++ source that holds
# FOLDER/NAME.spv as arrays of words, in the order of NAMES.
set(arrays "")
set(table "")
foreach(name ${NAMES})
    file(READ ${FOLDER}/${name}.spv hex HEX)
    # SPIR-V is written in the byte order of the machine that compiles it: little endian.
    string(REGEX REPLACE "(..)(..)(..)(..)" "0x\\4\\3\\2\\1," words "${hex}")
    string(APPEND arrays "constexpr std::uint32_t k${name}[] = {${words}};\n")
    string(APPEND table "    {\"${name}\", k${name}},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"gpu/vk/shader_code.h\"

namespace strata::gpu {
namespace {
${arrays}
constexpr ShaderCode kShaders[] = {
${table}};
}  // namespace

ShaderCode shaderCode(ShaderId id) noexcept { return kShaders[static_cast<std::size_t>(id)]; }

}  // namespace strata::gpu
")
