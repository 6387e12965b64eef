#include "tests/ui/chat/sample_conversation.h"

namespace strata::ui {
namespace {

constexpr auto kQuestion = "How do tides work? And could you show me how to estimate when the next high tide comes?";

constexpr auto kAnswer = R"(<think>
The person wants an intuition first, then something they can run. I should explain the two bulges, then give the
interval of 12 h 25 min.

- Keep it short.
- Use a table for the kinds of tide.
</think>

# How tides work

The Moon pulls on the **near side** of the Earth more strongly than on the far side. The oceans are stretched into *two* bulges. The Earth turns beneath them.

> It is the *difference* of the pull that raises tides, not the pull itself. That is why the Sun, which pulls far
> harder, raises lower tides than the Moon.

| Tide | Sun, Earth and Moon | Range |
| :--- | :---: | ---: |
| Spring tide | in line | 120 % |
| Neap tide | at a right angle | 80 % |

## The next high tide

One high tide follows the other after about **12 hours and 25 minutes**:

```python
from datetime import datetime, timedelta

INTERVAL = timedelta(hours=12, minutes=25)

def next_high_tide(last: datetime, now: datetime) -> datetime:
    """The first high tide after `now`."""
    while last <= now:
        last += INTERVAL  # half a lunar day
    return last

print(next_high_tide(datetime(2024, 5, 1, 6, 10), datetime.now()))
```

To use it:

1. Look up one high tide for your harbour.
2. Call `next_high_tide()` with it.
   - Times are local.
   - Wind can shift the tide by *half an hour* ~~or so~~.
3. Check the result:
   - [x] It lies in the future.
   - [ ] It agrees with the [tables of your harbour](https://tides.example.org).

潮汐は月と太陽の引力によって起こります。满潮和干潮每天各有两次。 🌊🌙

---

Ask if you want to know why some coasts have only one high tide a day.
)";

MessageRecord message(MessageId id, MessageId parent, Role role, const QString& text) {
    MessageRecord record;
    record.id = id;
    record.parent = parent;
    record.role = role;
    record.text = text;
    if (role == Role::Assistant)
        record.statistics = {412, 41, 210, 118'000'000, 0.98, QStringLiteral("SmolLM2 135M"), false};
    return record;
}

}  // namespace

QList<MessageRecord> sampleConversation() {
    const QString question = QString::fromUtf8(kQuestion);
    return {message(1, 0, Role::User, question),
            message(2, 1, Role::Assistant, QStringLiteral("Tides come from the Moon.")),
            message(3, 1, Role::Assistant, QString::fromUtf8(kAnswer)),
            message(4, 3, Role::User, QStringLiteral("Why is there only one a day in the Gulf of Mexico?")),
            message(5, 4, Role::Assistant,
                    QStringLiteral(
                        "The basin is nearly closed, and its own rhythm answers to the **daily** part of the pull:\n\n"
                        "- the half-daily wave is cancelled by its own reflection,\n"
                        "- the daily one is not, so one high tide is left."))};
}

QList<MessageRecord> longConversation(int tokens) {
    QList<MessageRecord> messages;
    const QString paragraph = QStringLiteral(
        "The quick brown fox jumps over the lazy dog while **twelve** wizards box `quickly`; "
        "nobody knows why, and nobody asks. ");
    for (int written = 0; written < tokens;) {
        const auto id = static_cast<MessageId>(messages.size() + 1);
        const bool isUser = messages.size() % 2 == 0;
        QString text = QStringLiteral("Message %1.\n\n").arg(id);
        for (int part = 0; part < (isUser ? 1 : 6); ++part)
            text += paragraph.repeated(3) + QStringLiteral("\n\n- item\n- item\n\n");
        if (!isUser) text += QStringLiteral("```cpp\nint x%1 = 0;\nreturn x%1;\n```\n").arg(id);
        written += static_cast<int>(text.size() / 4);
        messages.append(message(id, id - 1, isUser ? Role::User : Role::Assistant, text));
    }
    return messages;
}

}  // namespace strata::ui
