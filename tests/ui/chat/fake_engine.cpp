#include "tests/ui/chat/fake_engine.h"

#include <QHash>

namespace strata::ui {

struct EngineController::Private {
    fake::Engine engine;
};

namespace {

QHash<const EngineController*, fake::Engine*>& engines() {
    static QHash<const EngineController*, fake::Engine*> all;
    return all;
}

}  // namespace

EngineController::EngineController(std::shared_ptr<DeviceProvider>, QObject* parent, const GovernorOptions&)
    : QObject(parent), m_d(std::make_unique<Private>()) {
    engines().insert(this, &m_d->engine);
}

EngineController::~EngineController() {
    engines().remove(this);
}

EngineState EngineController::state() const noexcept {
    return m_d->engine.state;
}

const StackSummary& EngineController::stack() const noexcept {
    return m_d->engine.stack;
}

const DeviceInUse& EngineController::device() const noexcept {
    return m_d->engine.device;
}

const MemorySnapshot& EngineController::memory() const noexcept {
    return m_d->engine.memory;
}

bool EngineController::holdsAnswers() const noexcept {
    return m_d->engine.holds;
}

RequestId EngineController::answer(const AnswerRequest& request) {
    m_d->engine.asked.append(request);
    return ++m_d->engine.last;
}

void EngineController::stop() {
    ++m_d->engine.stops;
}

namespace fake {

Engine& of(const EngineController& controller) {
    return *engines().value(&controller);
}

void become(EngineController& controller, EngineState state) {
    of(controller).state = state;
    emit controller.stateChanged(state);
}

void makeReady(EngineController& controller) {
    of(controller).stack.path = QStringLiteral("/models/small.strata");
    of(controller).stack.name = QStringLiteral("SmolLM2 135M");
    become(controller, EngineState::Ready);
    emit controller.loaded(1, of(controller).stack);
}

void answer(EngineController& controller, const QString& words, bool stopped) {
    const RequestId request = of(controller).last;
    emit controller.answerStarted(request);
    if (!words.isEmpty()) emit controller.textArrived(request, words);
    AnswerStatistics statistics;
    statistics.tokens = 12;
    statistics.tokensPerSecond = 41;
    statistics.timeToFirstTokenMs = 210;
    statistics.memoryBytes = 118'000'000;
    statistics.agreement = 0.98;
    statistics.modelName = of(controller).stack.name;
    statistics.stopped = stopped;
    emit controller.answerFinished(request, statistics);
}

}  // namespace fake
}  // namespace strata::ui
