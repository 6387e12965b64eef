#include "ui/controllers/store_controller.h"

#include "ui/controllers/store_problem.h"
#include "ui/controllers/store_worker.h"

#include <QDateTime>
#include <QThread>
#include <QTimer>

namespace strata::ui {
namespace {

constexpr int kSettingsDelayMs = 200;  // a slider in motion is one write
constexpr int kWatchMs = 2000;
/// What a window that crashed has removed is deleted this much later; until then another window may bring it back.
constexpr qint64 kForgottenMs = 3'600'000;

}  // namespace

struct StoreController::Private {
    StoreController& controller;
    QString path;
    QThread thread;
    StoreWorker* worker = new StoreWorker;  // ends with its thread
    RequestId lastRequest = 0;
    QHash<QString, QVariant> settings;
    QHash<QString, QVariant> unsavedSettings;
    QTimer settingsTimer;
    QList<ConversationId> removed;

    Private(StoreController& owner, const QString& file) : controller(owner), path(file) {
        worker->moveToThread(&thread);
        QObject::connect(&thread, &QThread::finished, worker, &QObject::deleteLater);
        settingsTimer.setSingleShot(true);
        settingsTimer.setInterval(kSettingsDelayMs);
        QObject::connect(&settingsTimer, &QTimer::timeout, &owner, [this] { saveSettings(); });
        thread.setObjectName(QStringLiteral("strata-store"));
        thread.start();
    }

    /// Everything that was ordered is still done.
    ~Private() {
        QMetaObject::invokeMethod(worker, [this] { thread.quit(); }, Qt::QueuedConnection);
        thread.wait();
    }

    /// Runs on the GUI thread, in the order of calls.
    void reply(std::function<void()> action) {
        QMetaObject::invokeMethod(&controller, std::move(action), Qt::QueuedConnection);
    }

    void tellFailure(RequestId request, const StoreError& error, bool open) {
        const Problem problem = problemFrom(error, path);
        if (request != 0) emit controller.requestFailed(request, problem);
        // That the database could not be opened was told already.
        if (open) emit controller.failed(problem);
    }

    /// operation(Store&) on the store's thread, then done(value) here; failures are told under `request`.
    template <class Operation, class Done>
    void post(RequestId request, Operation operation, Done done) {
        const auto job = [this, request, operation = std::move(operation), done = std::move(done)] {
            auto result = worker->perform(operation);
            reply([this, request, result = std::move(result), done, open = worker->isOpen()] {
                if (!result) {
                    tellFailure(request, result.error(), open);
                } else if constexpr (requires { done(*result); }) {
                    done(*result);
                } else {
                    done();
                }
            });
        };
        QMetaObject::invokeMethod(worker, job, Qt::QueuedConnection);
    }
    template <class Operation>
    void post(Operation operation) {
        post(0, std::move(operation), [] {});
    }

    void open() {
        QMetaObject::invokeMethod(
            worker,
            [this] {
                auto opening = worker->open(path);
                if (opening) worker->watch(kWatchMs, [this] { reply([this] { emit controller.changedElsewhere(); }); });
                reply([this, opening = std::move(opening)] { tellOpening(opening); });
            },
            Qt::QueuedConnection);
        post([](Store& store) { return store.purgeRemoved({}, QDateTime::currentMSecsSinceEpoch() - kForgottenMs); });
        post(
            0, [](Store& store) { return store.settings(); },
            [this](const QHash<QString, QVariant>& stored) { takeSettings(stored); });
    }

    void tellOpening(const StoreResult<StoreWorker::Opening>& opening) {
        if (!opening) {
            emit controller.openFailed(problemFrom(opening.error(), path));
            emit controller.settingsLoaded();
            return;
        }
        emit controller.opened();
        if (!opening->movedAside.isEmpty())
            emit controller.replaced(movedAsideProblem(opening->movedAside, opening->damage));
    }

    /// What was set before the answer came is newer than the answer.
    void takeSettings(QHash<QString, QVariant> stored) {
        stored.insert(settings);
        settings = std::move(stored);
        emit controller.settingsLoaded();
    }

    void saveSettings() {
        settingsTimer.stop();
        if (unsavedSettings.isEmpty()) return;
        post([changed = std::exchange(unsavedSettings, {})](Store& store) { return store.saveSettings(changed); });
    }
};

StoreController::StoreController(const QString& path, QObject* parent)
    : QObject(parent), m_d(std::make_unique<Private>(*this, path)) {
    m_d->open();
}

StoreController::~StoreController() {
    m_d->saveSettings();
    purgeRemoved();
}

QVariant StoreController::setting(const QString& key, const QVariant& fallback) const {
    const QVariant value = m_d->settings.value(key);
    return value.isValid() ? value : fallback;
}

void StoreController::setSetting(const QString& key, const QVariant& value) {
    m_d->settings.insert(key, value);
    m_d->unsavedSettings.insert(key, value);
    if (!m_d->settingsTimer.isActive()) m_d->settingsTimer.start();
}

void StoreController::loadConversations() {
    m_d->post(
        0, [](Store& store) { return store.conversations(); },
        [this](const QList<ConversationRecord>& all) { emit conversationsLoaded(all); });
}

RequestId StoreController::createConversation(const ConversationRecord& conversation) {
    const RequestId request = ++m_d->lastRequest;
    m_d->post(
        request, [conversation](Store& store) { return store.addConversation(conversation); },
        [this, request](const ConversationRecord& created) { emit conversationCreated(request, created); });
    return request;
}

void StoreController::updateConversation(const ConversationRecord& conversation) {
    m_d->post([conversation](Store& store) { return store.updateConversation(conversation); });
}

void StoreController::removeConversation(ConversationId conversation) {
    m_d->removed.append(conversation);
    m_d->post([conversation](Store& store) { return store.setConversationRemoved(conversation, true); });
}

void StoreController::restoreConversation(ConversationId conversation) {
    m_d->removed.removeAll(conversation);
    m_d->post([conversation](Store& store) { return store.setConversationRemoved(conversation, false); });
}

void StoreController::purgeRemoved() {
    if (m_d->removed.isEmpty()) return;
    m_d->post([all = std::exchange(m_d->removed, {})](Store& store) { return store.purgeRemoved(all, 0); });
}

RequestId StoreController::importConversation(const ConversationRecord& conversation,
                                              const QList<MessageRecord>& messages) {
    const RequestId request = ++m_d->lastRequest;
    m_d->post(
        request, [conversation, messages](Store& store) { return store.import(conversation, messages); },
        [this, request](const ConversationRecord& created) { emit conversationCreated(request, created); });
    return request;
}

RequestId StoreController::loadMessages(ConversationId conversation) {
    const RequestId request = ++m_d->lastRequest;
    m_d->post(
        request, [conversation](Store& store) { return store.messages(conversation); },
        [this, request, conversation](const QList<MessageRecord>& messages) {
            emit messagesLoaded(request, conversation, messages);
        });
    return request;
}

RequestId StoreController::createMessage(const MessageRecord& message) {
    const RequestId request = ++m_d->lastRequest;
    m_d->post(
        request, [message](Store& store) { return store.addMessage(message); },
        [this, request](const MessageRecord& created) { emit messageCreated(request, created); });
    return request;
}

void StoreController::updateMessage(const MessageRecord& message) {
    m_d->post([message](Store& store) { return store.updateMessage(message); });
}

void StoreController::removeMessage(MessageId message) {
    m_d->post([message](Store& store) { return store.removeMessage(message); });
}

RequestId StoreController::search(const QString& words) {
    const RequestId request = ++m_d->lastRequest;
    m_d->post(
        request, [words](Store& store) { return store.search(words); },
        [this, request](const QList<SearchHit>& hits) { emit searched(request, hits); });
    return request;
}

void StoreController::loadStacks() {
    m_d->post(
        0, [](Store& store) { return store.stacks(); },
        [this](const QList<StackRecord>& stacks) { emit stacksLoaded(stacks); });
}

void StoreController::saveStack(const StackRecord& stack) {
    m_d->post([stack](Store& store) { return store.saveStack(stack); });
}

void StoreController::removeStack(const QString& path) {
    m_d->post([path](Store& store) { return store.removeStack(path); });
}

void StoreController::loadPresets() {
    m_d->post(
        0, [](Store& store) { return store.presets(); },
        [this](const QList<PresetRecord>& presets) { emit presetsLoaded(presets); });
}

void StoreController::savePreset(const PresetRecord& preset) {
    m_d->post([preset](Store& store) { return store.savePreset(preset); });
}

void StoreController::removePreset(const QString& name) {
    m_d->post([name](Store& store) { return store.removePreset(name); });
}

void StoreController::loadJobs() {
    m_d->post(
        0, [](Store& store) { return store.jobs(); }, [this](const QList<JobRecord>& jobs) { emit jobsLoaded(jobs); });
}

RequestId StoreController::createJob(const JobRecord& job) {
    const RequestId request = ++m_d->lastRequest;
    m_d->post(
        request, [job](Store& store) { return store.addJob(job); },
        [this, request](const JobRecord& created) { emit jobCreated(request, created); });
    return request;
}

void StoreController::updateJob(const JobRecord& job) {
    m_d->post([job](Store& store) { return store.updateJob(job); });
}

void StoreController::removeJob(qint64 job) {
    m_d->post([job](Store& store) { return store.removeJob(job); });
}

RequestId StoreController::flush() {
    m_d->saveSettings();
    const RequestId request = ++m_d->lastRequest;
    QMetaObject::invokeMethod(
        m_d->worker, [d = m_d.get(), request] { d->reply([d, request] { emit d->controller.flushed(request); }); },
        Qt::QueuedConnection);
    return request;
}

}  // namespace strata::ui
