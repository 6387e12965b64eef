#include "ui/controllers/device_opener.h"

#include <QCoreApplication>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace strata::ui {
namespace {

constexpr const char* kContext = "DeviceProblem";

QString say(const char* text) {
    return QCoreApplication::translate(kContext, text);
}

struct Words {
    ErrorCode code;
    const char* title;
    const char* remedy;
};

constexpr Words kWords[] = {
    {ErrorCode::NotFound, QT_TRANSLATE_NOOP("DeviceProblem", "%1 is not there now: the processor computes."),
     QT_TRANSLATE_NOOP("DeviceProblem",
                       "Choose another device in the settings, or connect it and start Strata again.")},
    {ErrorCode::OutOfMemory,
     QT_TRANSLATE_NOOP("DeviceProblem", "%1 has too little memory left: the processor computes."),
     QT_TRANSLATE_NOOP("DeviceProblem",
                       "Close other programs that use it, then load the model again; or choose another device in the "
                       "settings.")},
};
constexpr Words kStuck = {
    ErrorCode::Io, QT_TRANSLATE_NOOP("DeviceProblem", "%1 does not answer: the processor computes."),
    QT_TRANSLATE_NOOP("DeviceProblem", "Restart the computer, or choose the processor in the settings.")};
constexpr Words kOther = {
    ErrorCode::Unsupported, QT_TRANSLATE_NOOP("DeviceProblem", "%1 cannot be used: the processor computes."),
    QT_TRANSLATE_NOOP("DeviceProblem", "Update its driver, or choose another device in the settings.")};

constexpr Words kLost = {
    ErrorCode::Io, QT_TRANSLATE_NOOP("DeviceProblem", "%1 has failed: the processor goes on, and nothing was lost."),
    QT_TRANSLATE_NOOP("DeviceProblem",
                      "Load the model again to use it again; if it fails once more, update its driver.")};
constexpr Words kRefused = {
    ErrorCode::OutOfMemory,
    QT_TRANSLATE_NOOP("DeviceProblem", "%1 gives less memory than it may: the processor does the rest."),
    QT_TRANSLATE_NOOP("DeviceProblem", "Close other programs that use it, or set a limit for it in the settings.")};

const Words& wordsFor(ErrorCode code) {
    for (const Words& words : kWords)
        if (words.code == code) return words;
    return kOther;
}

Problem problemOf(const Words& words, const strata::Error& error, const QString& name) {
    const QString shown =
        name.isEmpty() ? say(QT_TRANSLATE_NOOP("DeviceProblem", "The graphics device")) : shortDeviceName(name);
    return {.title = say(words.title).arg(shown),
            .detail = QString::fromStdString(error.message()),
            .remedy = say(words.remedy)};
}

}  // namespace

DeviceOpener::DeviceOpener(std::shared_ptr<DeviceProvider> provider, std::chrono::milliseconds patience)
    : m_provider(std::move(provider)), m_patience(patience) {}

/// The thread that asks is left to itself when the answer takes too long: nothing can end it.
template <class Answer, class Question>
Result<Answer> DeviceOpener::ask(Question question, const std::stop_token& stop) {
    if (m_isStuck) return fail(ErrorCode::Io, "the graphics driver did not answer before");
    struct Shared {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::optional<Result<Answer>> answer;
    };
    const auto shared = std::make_shared<Shared>();
    std::thread([shared, provider = m_provider, question = std::move(question)] {
        Result<Answer> answer = question(*provider);
        const std::lock_guard lock(shared->mutex);
        shared->answer = std::move(answer);
        shared->changed.notify_all();
    }).detach();
    std::unique_lock lock(shared->mutex);
    shared->changed.wait_for(lock, stop, m_patience, [&] { return shared->answer.has_value(); });
    if (shared->answer) return *std::move(shared->answer);
    if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "the load was cancelled");
    m_isStuck = true;
    return fail(ErrorCode::Io, "the graphics driver does not answer");
}

Result<std::optional<DeviceReport>> DeviceOpener::find(const DeviceChoice& choice, const std::stop_token& stop) {
    const bool isAutomatic = choice.kind == DeviceChoice::Kind::Automatic;
    if (choice.kind == DeviceChoice::Kind::Processor || (isAutomatic && !m_provider))
        return std::optional<DeviceReport>();
    if (!m_provider) return fail(ErrorCode::NotFound, "this program was built without Vulkan");
    STRATA_TRY(const DeviceList list,
               ask<DeviceList>([](DeviceProvider& provider) -> Result<DeviceList> { return provider.list(); }, stop));
    const DeviceReport* device = list.find(isAutomatic ? list.automaticId : choice.id);
    if (device == nullptr && isAutomatic) return std::optional<DeviceReport>();
    if (device == nullptr)
        return fail(ErrorCode::NotFound, list.detail.isEmpty() ? "no device has the identity " + choice.id.toStdString()
                                                               : list.detail.toStdString());
    if (!device->isUsable()) return fail(ErrorCode::Unsupported, device->unusable.toStdString());
    return std::optional(*device);
}

Result<std::unique_ptr<Backend>> DeviceOpener::open(const QString& id, const std::stop_token& stop) {
    if (!m_provider) return fail(ErrorCode::NotFound, "this program was built without Vulkan");
    return ask<std::unique_ptr<Backend>>([id](DeviceProvider& provider) { return provider.makeBackend(id); }, stop);
}

Problem deviceProblem(const strata::Error& error, const QString& name, bool isStuck) {
    return problemOf(isStuck ? kStuck : wordsFor(error.code), error, name);
}

Problem deviceNotice(const strata::SessionNotice& notice, const QString& name) {
    const bool isLost = notice.kind == strata::SessionNotice::Kind::DeviceLost;
    return problemOf(isLost ? kLost : kRefused, notice.error, name);
}

}  // namespace strata::ui
