# Writes OUTPUT, a C++ source that holds the text FILES as arrays: embeddedTexts() lists (name, text) sorted by name.
list(SORT FILES)
set(arrays "")
set(table "")
set(index 0)
foreach(file ${FILES})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
    string(APPEND arrays "const char kText${index}[] = {${bytes}};\n")
    string(APPEND table "    {\"${name}\", std::string_view(kText${index}, sizeof kText${index})},\n")
    math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include \"core/compress/embedded_texts.h\"

namespace strata {
namespace {
${arrays}
const EmbeddedText kTexts[] = {
${table}};
}  // namespace

std::span<const EmbeddedText> embeddedTexts() noexcept { return kTexts; }

}  // namespace strata
")
