"""Draws lines over a logarithmic axis as an SVG that reads on light and dark pages alike."""
import html
import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 320, 56, 24, 36, 44
GREY = "#808890"
COLOURS = ("#2f7de1", "#d9822b", "#3d9970", "#b0489b")


def ticks(largest, count=4):
    """Round figures from 0 up to `largest`."""
    raw = largest / count
    step = 10 ** math.floor(math.log10(raw))
    step *= next(factor for factor in (1, 2, 5, 10) if factor * step >= raw)
    return [step * index for index in range(int(largest / step) + 1)]


def lines(title, x_label, series):
    """series: {name: [(x, y), ...]}, each x above 0, in rising order."""
    points = [point for line in series.values() for point in line]
    low, high = min(x for x, _ in points), max(x for x, _ in points)
    top = 1.08 * max(y for _, y in points)
    span = math.log(high / low) or 1
    x_of = lambda x: LEFT + math.log(x / low) / span * (WIDTH - LEFT - RIGHT)
    y_of = lambda y: HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)
    text = lambda x, y, words, anchor="middle", colour=GREY: '<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s">%s</text>' % (
        x, y, anchor, colour, html.escape(words))
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">' % (
        WIDTH, HEIGHT), text(LEFT - 40, 18, title, "start")]
    for y in ticks(top):
        out.append('<path d="M%d %.1f H%d" stroke="%s" stroke-opacity=".25"/>' % (LEFT, y_of(y), WIDTH - RIGHT, GREY))
        out.append(text(LEFT - 8, y_of(y) + 4, "%g" % y, "end"))
    for x in sorted({x for x, _ in points}):
        out.append(text(x_of(x), HEIGHT - 24, format(x, ",")))
    out.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x_label))
    for index, ((name, line), colour) in enumerate(zip(series.items(), COLOURS)):
        path = " ".join("%s%.1f %.1f" % ("L" if at else "M", x_of(x), y_of(y)) for at, (x, y) in enumerate(line))
        out.append('<path d="%s" fill="none" stroke="%s" stroke-width="2.5"/>' % (path, colour))
        out += ['<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (x_of(x), y_of(y), colour) for x, y in line]
        out.append(text(WIDTH - RIGHT, 18 + 16 * index, name, "end", colour))
    return "\n".join(out + ["</svg>\n"])
