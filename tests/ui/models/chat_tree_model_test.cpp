#include "ui/models/chat_tree_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <random>

using namespace strata::ui;

namespace {

MessageRecord message(MessageId id, MessageId parent, const QString& text, Role role = Role::User) {
    MessageRecord record;
    record.id = id;
    record.parent = parent;
    record.text = text;
    record.role = role;
    return record;
}

QStringList shown(const ChatTreeModel& model) {
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row) texts.append(model.index(row).data().toString());
    return texts;
}

QStringList words(const char* text) {
    return QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts);
}

}  // namespace

class ChatTreeModelTest : public QObject {
    Q_OBJECT
private slots:
    void showsTheStoredBranch() {
        ChatTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.assign({message(1, 0, QStringLiteral("q")), message(2, 1, QStringLiteral("a1")),
                      message(3, 1, QStringLiteral("a2")), message(4, 2, QStringLiteral("more"))},
                     3);
        QCOMPARE(shown(model), words("q a2"));
        QCOMPARE(model.index(1).data(ChatTreeModel::VersionRole).toInt(), 1);
        QCOMPARE(model.index(1).data(ChatTreeModel::VersionCountRole).toInt(), 2);
        QVERIFY(model.showVersion(model.nodeAt(1), -1));
        QCOMPARE(shown(model), words("q a1 more"));
        QVERIFY(!model.showVersion(model.nodeAt(1), -1));
    }

    void remembersWhatWasShownBelow() {
        ChatTreeModel model;
        const NodeId q = model.add(0, message(0, 0, QStringLiteral("q")));
        const NodeId a = model.add(q, message(0, 0, QStringLiteral("a")));
        const NodeId b1 = model.add(a, message(0, 0, QStringLiteral("b1")));
        model.add(a, message(0, 0, QStringLiteral("b2")));
        model.select(b1);
        model.add(q, message(0, 0, QStringLiteral("other")));
        QCOMPARE(shown(model), words("q other"));
        model.showVersion(model.nodeAt(1), -1);
        QCOMPARE(shown(model), words("q a b1"));
    }

    void survivesBrokenTrees() {
        ChatTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        // A parent that does not exist, one that is itself, two that are each other's.
        model.assign({message(1, 99, QStringLiteral("a")), message(2, 2, QStringLiteral("b")),
                      message(3, 4, QStringLiteral("c")), message(4, 3, QStringLiteral("d"))},
                     1234);
        QCOMPARE(shown(model), words("c d"));
        QCOMPARE(model.tree().children(0).size(), 3);
    }

    void removesAndRestores() {
        ChatTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const NodeId q = model.add(0, message(0, 0, QStringLiteral("q")));
        const NodeId a1 = model.add(q, message(0, 0, QStringLiteral("a1")));
        const NodeId a2 = model.add(q, message(0, 0, QStringLiteral("a2")));
        model.add(a2, message(0, 0, QStringLiteral("b")));
        const MessageTree::Removed removed = model.remove(a2);
        QCOMPARE(shown(model), words("q a1"));
        QCOMPARE(removed.nodes.size(), 2);
        model.restore(removed);
        QCOMPARE(shown(model), words("q a2 b"));
        QCOMPARE(model.tree().versions(a2), (QList{a1, a2}));
        const MessageTree::Removed all = model.remove(q);
        QCOMPARE(model.rowCount(), 0);
        model.restore(all);
        QCOMPARE(shown(model), words("q a2 b"));
    }

    void streamsIntoItsRow() {
        ChatTreeModel model;
        const NodeId q = model.add(0, message(0, 0, QStringLiteral("q")));
        const NodeId a = model.add(q, message(0, 0, QString(), Role::Assistant));
        QSignalSpy appended(&model, &ChatTreeModel::textAppended);
        model.setState(a, MessageState::Writing);
        model.appendText(a, QStringLiteral("He"));
        model.appendText(a, QStringLiteral("llo"));
        QCOMPARE(appended.size(), 2);
        QCOMPARE(model.index(1).data().toString(), QStringLiteral("Hello"));
        QCOMPARE(model.index(1).data(ChatTreeModel::StateRole).toInt(), static_cast<int>(MessageState::Writing));
        model.setState(a, MessageState::Done);
        QCOMPARE(model.index(1).data(ChatTreeModel::StateRole).toInt(), static_cast<int>(MessageState::Done));
        // Elsewhere on another branch: kept, not announced.
        model.add(q, message(0, 0, QStringLiteral("v2"), Role::Assistant));
        model.appendText(a, QStringLiteral("!"));
        QCOMPARE(appended.size(), 2);
        QCOMPARE(model.tree().record(a).text, QStringLiteral("Hello!"));
    }

    void staysConsistentUnderRandomOrders() {
        std::mt19937 random(5);
        ChatTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QList<MessageTree::Removed> trash;
        for (int step = 0; step < 2000; ++step) {
            const NodeId node = model.rowCount()
                                    ? model.nodeAt(static_cast<int>(random() % static_cast<unsigned>(model.rowCount())))
                                    : 0;
            switch (random() % 6) {
                case 0:
                case 1:
                    model.add(node, message(0, 0, QString::number(step)));
                    break;
                case 2:
                    model.add(model.tree().leaf(), message(0, 0, QString::number(step)));
                    break;
                case 3:
                    model.showVersion(node, random() % 2 ? 1 : -1);
                    break;
                case 4:
                    if (node && trash.isEmpty()) trash.append(model.remove(node));
                    break;
                default:
                    // Undone only while its place is still there.
                    if (!trash.isEmpty()) {
                        const MessageTree::Removed removed = trash.takeLast();
                        if (!removed.parent || model.tree().contains(removed.parent)) model.restore(removed);
                    }
            }
            const QList<NodeId> branch = model.tree().branch();
            QCOMPARE(branch.size(), model.rowCount());
            for (int row = 0; row < model.rowCount(); ++row) {
                QCOMPARE(model.nodeAt(row), branch[row]);
                QCOMPARE(model.tree().parent(branch[row]), row ? branch[row - 1] : 0);
            }
        }
    }
};

QTEST_APPLESS_MAIN(ChatTreeModelTest)
#include "chat_tree_model_test.moc"
