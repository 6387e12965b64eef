// Streams an answer into the database that is named on the command line until it is killed, and prints how many words
// are known to be stored. For store_controller_test.
#include "ui/controllers/store_controller.h"

#include <QCoreApplication>
#include <QTimer>
#include <cstdio>

using namespace strata::ui;

int main(int argc, char* argv[]) {
    QCoreApplication application(argc, argv);
    StoreController store(application.arguments().value(1));
    MessageRecord answer;
    answer.role = Role::Assistant;
    qsizetype words = 0;
    QHash<RequestId, qsizetype> asked;
    QTimer tokens;
    QTimer saves;
    QObject::connect(&store, &StoreController::conversationCreated, &store,
                     [&](RequestId, const ConversationRecord& conversation) {
                         answer.conversation = conversation.id;
                         store.createMessage(answer);
                     });
    QObject::connect(&store, &StoreController::messageCreated, &store, [&](RequestId, const MessageRecord& message) {
        answer = message;
        tokens.start(5);
        saves.start(40);
    });
    QObject::connect(&tokens, &QTimer::timeout, &store, [&] {
        answer.text += QStringLiteral("word ");
        ++words;
    });
    QObject::connect(&saves, &QTimer::timeout, &store, [&] {
        store.updateMessage(answer);
        asked.insert(store.flush(), words);
    });
    QObject::connect(&store, &StoreController::flushed, &store, [&](RequestId request) {
        std::printf("%lld\n", static_cast<long long>(asked.take(request)));
        std::fflush(stdout);
    });
    QObject::connect(&store, &StoreController::failed, &store,
                     [](const Problem& problem) { std::fprintf(stderr, "%s\n", qPrintable(problem.detail)); });
    store.createConversation({});
    return QCoreApplication::exec();
}
