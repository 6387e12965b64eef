#include "ui/controllers/engine_controller.h"

#include "ui/controllers/device_opener.h"
#include "ui/controllers/engine_worker.h"
#include "ui/controllers/memory_watch.h"
#include "ui/controllers/problem_text.h"

#include <QThread>
#include <deque>
#include <optional>
#include <stop_token>
#include <utility>

namespace strata::ui {
namespace {

struct StopThread {
    void operator()(QThread* thread) const {
        thread->quit();
        thread->wait();
        delete thread;
    }
};

}  // namespace

// Requests wait here, not in the worker's event queue: a queued slot could not be taken back.
struct EngineController::Private {
    Private(EngineController& owner, std::shared_ptr<DeviceProvider> devices, const GovernorOptions& deviceOptions);
    ~Private();

    struct Waiting {
        RequestId request = 0;
        AnswerRequest asked;
    };
    void connectWorker();
    void publish();
    void begin();
    void failWaiting(const Problem& problem);
    void order(const MemoryOrder& order) { watch->order(order); }
    [[nodiscard]] MemoryOrder slider() const;
    [[nodiscard]] MemoryOrder deviceLimit() const;
    void leaveYield();
    void takeSnapshot(RequestId load, MemorySnapshot snapshot);
    void forgetModel();
    void takeNotice(RequestId load, const strata::SessionNotice& notice);
    void onLoaded(RequestId request, const StackSummary& summary, qint64 length, const DeviceInUse& computing);
    void onLoadFailed(RequestId request, const Problem& problem);
    /// True if the answer in hand was this one; the next one may begin.
    [[nodiscard]] bool finish(RequestId request);
    template <class Work>
    void post(Work work) {
        QMetaObject::invokeMethod(worker, [worker = worker, work = std::move(work)] { work(*worker); });
    }

    EngineController& q;
    std::unique_ptr<MemoryWatch> watch;
    EngineWorker* worker = nullptr;  // lives and dies with the thread
    std::unique_ptr<QThread, StopThread> thread;

    RequestId lastRequest = 0;
    RequestId loading = 0;
    RequestId loadedBy = 0;
    RequestId answering = 0;
    std::stop_source loadStop;
    std::stop_source answerStop;
    std::deque<Waiting> waiting;
    bool modelExpected = false;
    EngineState state = EngineState::Empty;
    StackSummary stack;
    MemorySnapshot memory;
    DeviceInUse device;
    DeviceBudgets deviceBudgets;
    std::optional<Problem> deviceProblem;  // of the load in hand
    int contextLength = 0;
    qint64 wantedBytes = 0;
    bool yielded = false;
    bool holds = false;  ///< while it is yielded
};

EngineController::Private::Private(EngineController& owner, std::shared_ptr<DeviceProvider> devices,
                                   const GovernorOptions& deviceOptions)
    : q(owner) {
    // The sinks run on the watch's thread; what they bring is taken on the GUI's.
    MemoryWatch::Sinks sinks{
        .snapshot =
            [this](RequestId load, const MemorySnapshot& snapshot) {
                QMetaObject::invokeMethod(
                    &q, [this, load, snapshot] { takeSnapshot(load, snapshot); }, Qt::QueuedConnection);
            },
        .trouble =
            [this](RequestId load, const strata::Error& error) {
                QMetaObject::invokeMethod(
                    &q,
                    [this, load, problem = problemFrom(error)] {
                        if (load == loadedBy) emit q.memoryFailed(problem);
                    },
                    Qt::QueuedConnection);
            },
        .notice =
            [this](RequestId load, const strata::SessionNotice& notice) {
                QMetaObject::invokeMethod(&q, [this, load, notice] { takeNotice(load, notice); }, Qt::QueuedConnection);
            }};
    watch = std::make_unique<MemoryWatch>(std::move(sinks), deviceOptions);
    worker = new EngineWorker(*watch, std::move(devices));
    thread.reset(new QThread);
    thread->setObjectName(QStringLiteral("engine"));
    worker->moveToThread(thread.get());
    QObject::connect(thread.get(), &QThread::finished, worker, &QObject::deleteLater);
    connectWorker();
    thread->start();
}

EngineController::Private::~Private() {
    loadStop.request_stop();
    answerStop.request_stop();
    thread.reset();
    watch.reset();
}

void EngineController::Private::connectWorker() {
    QObject::connect(worker, &EngineWorker::loadProgressed, &q, [this](RequestId request, double fraction) {
        if (request == loading) emit q.loadProgressed(request, fraction);
    });
    QObject::connect(worker, &EngineWorker::loaded, &q,
                     [this](RequestId request, const StackSummary& summary, qint64 length,
                            const DeviceInUse& computing) { onLoaded(request, summary, length, computing); });
    QObject::connect(worker, &EngineWorker::deviceFailed, &q, [this](RequestId request, const Problem& problem) {
        if (request == loading) deviceProblem = problem;
    });
    QObject::connect(worker, &EngineWorker::loadFailed, &q,
                     [this](RequestId request, const Problem& problem) { onLoadFailed(request, problem); });
    QObject::connect(worker, &EngineWorker::ejected, &q, &EngineController::ejected);
    QObject::connect(worker, &EngineWorker::prefillProgressed, &q, &EngineController::prefillProgressed);
    QObject::connect(worker, &EngineWorker::textArrived, &q, &EngineController::textArrived);
    QObject::connect(worker, &EngineWorker::answerFinished, &q,
                     [this](RequestId request, const AnswerStatistics& statistics) {
                         if (!finish(request)) return;
                         emit q.answerFinished(request, statistics);
                         begin();
                     });
    QObject::connect(worker, &EngineWorker::answerFailed, &q, [this](RequestId request, const Problem& problem) {
        if (!finish(request)) return;
        emit q.answerFailed(request, problem);
        begin();
    });
}

bool EngineController::Private::finish(RequestId request) {
    if (request != answering) return false;
    answering = 0;
    publish();
    return true;
}

void EngineController::Private::publish() {
    EngineState now = EngineState::Empty;
    if (loadedBy != 0) now = answering != 0 ? EngineState::Answering : EngineState::Ready;
    if (loading != 0) now = EngineState::Loading;
    if (now == state) return;
    state = now;
    emit q.stateChanged(state);
}

void EngineController::Private::begin() {
    if (loading != 0 || loadedBy == 0 || answering != 0 || waiting.empty()) return;
    Waiting next = std::move(waiting.front());
    waiting.pop_front();
    answering = next.request;
    answerStop = std::stop_source();
    publish();
    emit q.answerStarted(next.request);
    post([next = std::move(next), stop = answerStop.get_token()](EngineWorker& engine) {
        engine.answer(next.request, next.asked, stop);
    });
}

void EngineController::Private::failWaiting(const Problem& problem) {
    for (const Waiting& entry : std::exchange(waiting, {})) emit q.answerFailed(entry.request, problem);
}

void EngineController::Private::onLoaded(RequestId request, const StackSummary& summary, qint64 length,
                                         const DeviceInUse& computing) {
    if (request != loading) return;
    loading = 0;
    loadedBy = request;
    stack = summary;
    device = computing;
    contextLength = static_cast<int>(length);
    // The slider may have moved while the floor was loading, and the limits may have changed.
    order(yielded ? MemoryOrder{.totalBytes = {}, .floorWeights = true, .hold = {}} : slider());
    if (!device.isProcessor()) order(deviceLimit());
    publish();
    emit q.loaded(request, summary);
    if (const auto problem = std::exchange(deviceProblem, std::nullopt)) emit q.deviceFailed(*problem);
    begin();
}

void EngineController::Private::onLoadFailed(RequestId request, const Problem& problem) {
    if (request != loading) return;
    loading = 0;
    stack = {};
    publish();
    emit q.loadFailed(request, problem);
    failWaiting(problem);
}

MemoryOrder EngineController::Private::slider() const {
    const quint64 total = wantedBytes > 0 ? static_cast<quint64>(wantedBytes) : MemoryBudget::kUnlimited;
    return {.totalBytes = total, .floorWeights = false, .hold = {}};
}

MemoryOrder EngineController::Private::deviceLimit() const {
    MemoryOrder order;
    order.deviceBytes = deviceLimitBytes(deviceBudgets, device.id);
    return order;
}

void EngineController::Private::leaveYield() {
    if (!std::exchange(yielded, false)) return;
    order({.totalBytes = {}, .floorWeights = false, .hold = false});
    emit q.yieldedChanged(false);
}

void EngineController::Private::takeSnapshot(RequestId load, MemorySnapshot snapshot) {
    if (load != loadedBy) return;
    snapshot.contextLength = contextLength;
    if (yielded) snapshot.targetBytes = stack.floorWeightBytes + snapshot.kvBytes + snapshot.scratchBytes;
    memory = snapshot;
    emit q.memoryChanged(memory);
}

/// What was measured of the computer still holds.
void EngineController::Private::forgetModel() {
    loadedBy = 0;
    stack = {};
    device = {};
    MemorySnapshot computer;
    computer.processBytes = memory.processBytes;
    computer.systemTotalBytes = memory.systemTotalBytes;
    computer.systemAvailableBytes = memory.systemAvailableBytes;
    memory = computer;
}

void EngineController::Private::takeNotice(RequestId load, const strata::SessionNotice& notice) {
    // Why its part is small stands beside it (MemorySnapshot::deviceChange), and may change soon.
    if (load != loadedBy || notice.kind == strata::SessionNotice::Kind::DeviceBusy) return;
    const Problem problem = deviceNotice(notice, device.name);
    if (notice.kind == strata::SessionNotice::Kind::DeviceLost) device = {};
    emit q.deviceFailed(problem);
}

EngineController::EngineController(std::shared_ptr<DeviceProvider> devices, QObject* parent,
                                   const GovernorOptions& deviceOptions)
    : QObject(parent) {
    qRegisterMetaType<RequestId>("strata::ui::RequestId");
    qRegisterMetaType<StackSummary>("strata::ui::StackSummary");
    qRegisterMetaType<Problem>("strata::ui::Problem");
    qRegisterMetaType<AnswerStatistics>("strata::ui::AnswerStatistics");
    qRegisterMetaType<DeviceInUse>("strata::ui::DeviceInUse");
    m_d = std::make_unique<Private>(*this, std::move(devices), deviceOptions);
}

EngineController::~EngineController() = default;

EngineState EngineController::state() const noexcept {
    return m_d->state;
}

const StackSummary& EngineController::stack() const noexcept {
    return m_d->stack;
}

const MemorySnapshot& EngineController::memory() const noexcept {
    return m_d->memory;
}

const DeviceInUse& EngineController::device() const noexcept {
    return m_d->device;
}

RequestId EngineController::load(const QString& stackPath, const EngineOptions& options) {
    m_d->answerStop.request_stop();
    m_d->loadStop.request_stop();
    m_d->loadStop = std::stop_source();
    const RequestId request = ++m_d->lastRequest;
    m_d->loading = request;
    m_d->forgetModel();
    m_d->stack.path = stackPath;
    m_d->deviceProblem.reset();
    m_d->wantedBytes = options.memoryBytes;
    m_d->deviceBudgets = options.deviceBudgets;
    m_d->leaveYield();
    m_d->publish();
    m_d->post([request, stackPath, options, stop = m_d->loadStop.get_token()](EngineWorker& engine) {
        engine.load(request, stackPath, options, stop);
    });
    return request;
}

void EngineController::eject() {
    stop();
    m_d->loadStop.request_stop();
    m_d->loading = 0;
    m_d->forgetModel();
    m_d->leaveYield();
    m_d->publish();
    m_d->post([](EngineWorker& engine) { engine.eject(); });
}

RequestId EngineController::answer(const AnswerRequest& request) {
    const RequestId id = ++m_d->lastRequest;
    m_d->waiting.push_back({id, request});
    const bool hopeless = m_d->loading == 0 && m_d->loadedBy == 0 && !m_d->modelExpected;
    // Whoever asks has the number first, and hears of it then.
    QMetaObject::invokeMethod(
        this,
        [this, hopeless] {
            if (!hopeless || m_d->loading != 0 || m_d->loadedBy != 0) return m_d->begin();
            m_d->failWaiting({.title = tr("No model is loaded; your message is kept."),
                              .detail = {},
                              .remedy = tr("Choose a model at the top of the window, then send it again.")});
        },
        Qt::QueuedConnection);
    return id;
}

void EngineController::stop() {
    m_d->answerStop.request_stop();
    AnswerStatistics none;
    none.stopped = true;
    none.modelName = m_d->stack.name;
    for (const Private::Waiting& entry : std::exchange(m_d->waiting, {})) emit answerFinished(entry.request, none);
}

void EngineController::setModelExpected(bool expected) {
    m_d->modelExpected = expected;
}

void EngineController::setMemory(qint64 totalBytes) {
    const qint64 full = m_d->memory.fullBytes;
    m_d->wantedBytes = totalBytes <= 0 || (full > 0 && totalBytes >= full) ? 0 : totalBytes;
    m_d->order(m_d->slider());
    m_d->leaveYield();
}

void EngineController::setDeviceBudgets(const DeviceBudgets& budgets) {
    m_d->deviceBudgets = budgets;
    if (m_d->loadedBy != 0 && !m_d->device.isProcessor()) m_d->order(m_d->deviceLimit());
}

qint64 EngineController::wantedMemory() const noexcept {
    return m_d->wantedBytes;
}

void EngineController::yieldMemory(bool pause) {
    if (std::exchange(m_d->yielded, true)) return;
    m_d->holds = pause;
    m_d->order({.totalBytes = {}, .floorWeights = true, .hold = pause});
    emit yieldedChanged(true);
}

void EngineController::restoreMemory() {
    if (!m_d->yielded) return;
    m_d->order(m_d->slider());
    m_d->leaveYield();
}

bool EngineController::isYielded() const noexcept {
    return m_d->yielded;
}

bool EngineController::holdsAnswers() const noexcept {
    return m_d->yielded && m_d->holds;
}

}  // namespace strata::ui
