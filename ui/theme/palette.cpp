#include "ui/theme/palette.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace strata::ui {
namespace {

struct Pair {
    ColourRole role;
    QRgb light;
    QRgb dark;
};

constexpr std::array<Pair, kColourRoles> kColours = {{
    {ColourRole::Window, 0xFFFAF9F7, 0xFF1B1A18},        {ColourRole::Surface, 0xFFFFFFFF, 0xFF242220},
    {ColourRole::Border, 0xFFE4E1DC, 0xFF3A3734},        {ColourRole::Text, 0xFF1F1D1A, 0xFFECE8E1},
    {ColourRole::SecondaryText, 0xFF655F57, 0xFFA9A398}, {ColourRole::Accent, 0xFFA84E24, 0xFFE59468},
    {ColourRole::AccentText, 0xFFFFFFFF, 0xFF1B1A18},    {ColourRole::Error, 0xFFB3261E, 0xFFF2867E},
    {ColourRole::Layer0, 0xFF5B3A29, 0xFF945F44},        {ColourRole::Layer1, 0xFF7F4F32, 0xFFA66D4B},
    {ColourRole::Layer2, 0xFFA4693F, 0xFFBB7F53},        {ColourRole::Layer3, 0xFFC48A57, 0xFFCB9362},
    {ColourRole::Layer4, 0xFFDDAF7F, 0xFFDFB387},        {ColourRole::Layer5, 0xFFEFD3AE, 0xFFEFD3AE},
    {ColourRole::KvCache, 0xFF4F7F88, 0xFF5E939D},       {ColourRole::Scratch, 0xFF8AA6A3, 0xFF8AA6A3},
    {ColourRole::OtherPrograms, 0xFFB9B4AC, 0xFF6F6A63}, {ColourRole::CodeBackground, 0xFFF5F3EF, 0xFF1F1D1B},
    {ColourRole::UserBubble, 0xFFF1EDE7, 0xFF302D2A},    {ColourRole::Selection, 0xFFF7E6DA, 0xFF482F20},
    {ColourRole::Hover, 0xFFF1EEE9, 0xFF2D2A27},
}};

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& colour) {
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

}  // namespace

QColor themeColour(ColourRole role, bool dark) {
    const Pair& pair = kColours.at(static_cast<std::size_t>(role));
    return QColor::fromRgba(dark ? pair.dark : pair.light);
}

double contrastRatio(const QColor& a, const QColor& b) {
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

}  // namespace strata::ui
