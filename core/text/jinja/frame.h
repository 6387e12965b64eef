// The variables of a block while it runs, and the text it writes.
#pragma once

#include "core/text/jinja/value.h"

#include <memory>
#include <string_view>
#include <vector>

namespace strata::jinja {

/// Variables of one block; `parent` holds those of the blocks around it. Names refer to the syntax tree, or to
/// literals: they outlive the frame.
class Frame {
public:
    explicit Frame(std::shared_ptr<Frame> parent) : m_parent(std::move(parent)) {}

    void set(std::string_view name, Value value) { slot(name) = {name, std::move(value), false}; }
    /// From here outwards the name is undefined.
    void hide(std::string_view name) { slot(name) = {name, {}, true}; }

    enum class Lookup { Found, Hidden, Absent };
    /// `value` points to the variable when it was found.
    [[nodiscard]] Lookup find(std::string_view name, const Value*& value) const noexcept {
        for (const Frame* frame = this; frame; frame = frame->m_parent.get()) {
            for (const Variable& variable : frame->m_variables) {
                if (variable.name != name) continue;
                value = &variable.value;
                return variable.hidden ? Lookup::Hidden : Lookup::Found;
            }
        }
        return Lookup::Absent;
    }
    [[nodiscard]] const std::shared_ptr<Frame>& parent() const noexcept { return m_parent; }

private:
    struct Variable {
        std::string_view name;
        Value value;
        bool hidden = false;
    };
    Variable& slot(std::string_view name) {
        for (Variable& variable : m_variables) {
            if (variable.name == name) return variable;
        }
        return m_variables.emplace_back();
    }
    std::shared_ptr<Frame> m_parent;
    std::vector<Variable> m_variables;
};

/// Text that grows; its bytes count as living.
class Output {
public:
    explicit Output(Account& account) : m_account(account) {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() { m_account.release(m_held); }

    void append(const MarkedText& text) {
        grow(text.size() + text.userRanges().size() * sizeof(ByteRange));
        m_text.append(text);
    }
    void append(std::string_view text) {
        grow(text.size());
        m_text.append(text);
    }
    [[nodiscard]] const MarkedText& text() const noexcept { return m_text; }
    [[nodiscard]] MarkedText take() { return std::move(m_text); }

private:
    void grow(std::size_t count) {
        if (m_text.size() + count > m_account.limits().outputBytes) raise("the template writes too much text");
        m_account.bytes(count);
        m_account.acquire(count);
        m_held += count;
    }
    Account& m_account;
    MarkedText m_text;
    std::size_t m_held = 0;
};

}  // namespace strata::jinja
