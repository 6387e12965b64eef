#include "ui/models/conversation_list_model.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QTest>

namespace strata::ui {
namespace {

QDateTime noonOn(int day) {
    return QDateTime(QDate(2026, 3, day), QTime(12, 0));
}

ConversationRecord conversation(ConversationId id, int day, const QString& folder = {}, bool pinned = false) {
    ConversationRecord record;
    record.id = id;
    record.title = QStringLiteral("c%1").arg(id);
    record.updatedMs = noonOn(day).toMSecsSinceEpoch() + id;
    record.folder = folder;
    record.pinned = pinned;
    return record;
}

/// "[Today] c2 c1 [Older] c3"
QString shown(const ConversationListModel& model) {
    QStringList cells;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex index = model.index(row);
        const QString text = index.data().toString();
        cells.append(index.data(ConversationListModel::HeadingRole).toBool() ? QStringLiteral("[%1]").arg(text) : text);
    }
    return cells.join(u' ');
}

class ConversationListModelTest : public QObject {
    Q_OBJECT
    int m_today = 20;
    ConversationListModel m_model{nullptr, [this] { return noonOn(m_today); }};
    QAbstractItemModelTester m_tester{&m_model, QAbstractItemModelTester::FailureReportingMode::QtTest};

private slots:
    void init() {
        m_today = 20;
        m_model.setConversations({});
        QCOMPARE(m_model.rowCount(), 0);
    }

    void daysPinsAndFolders() {
        m_model.setConversations({conversation(1, 20), conversation(2, 20), conversation(3, 19), conversation(4, 18),
                                  conversation(5, 13), conversation(6, 12), conversation(7, 1, {}, true),
                                  conversation(8, 20, QStringLiteral("work 10")),
                                  conversation(9, 1, QStringLiteral("Work 9")), conversation(10, 22)});
        QCOMPARE(shown(m_model), QStringLiteral("[Pinned] c7 [Work 9] c9 [work 10] c8 [Today] c10 c2 c1 [Yesterday] c3 "
                                                "[Last week] c4 c5 [Older] c6"));
        QCOMPARE(m_model.folders(), (QStringList{QStringLiteral("Work 9"), QStringLiteral("work 10")}));
        QCOMPARE(m_model.index(m_model.rowOf(9)).data(ConversationListModel::GroupRole).toString(),
                 QStringLiteral("folder/Work 9"));
    }

    void headingsCannotBeSelected() {
        m_model.setConversations({conversation(1, 20)});
        QVERIFY(!m_model.flags(m_model.index(0)).testFlag(Qt::ItemIsSelectable));
        QVERIFY(m_model.flags(m_model.index(1)).testFlag(Qt::ItemIsSelectable));
        QCOMPARE(m_model.index(0).data(ConversationListModel::ConversationRole).toLongLong(), 0);
        QCOMPARE(m_model.index(1).data(ConversationListModel::ConversationRole).toLongLong(), 1);
        QCOMPARE(m_model.rowOf(0), -1);
    }

    void aChangeMovesTheRowAndKeepsTheSelection() {
        m_model.setConversations({conversation(1, 20), conversation(2, 20), conversation(3, 5)});
        const QPersistentModelIndex third = m_model.index(m_model.rowOf(3));
        m_model.put(conversation(3, 21));
        QVERIFY(third.isValid());
        QCOMPARE(third.row(), m_model.rowOf(3));
        QCOMPARE(shown(m_model), QStringLiteral("[Today] c3 c2 c1"));
        m_model.put(conversation(3, 21, {}, true));
        QCOMPARE(shown(m_model), QStringLiteral("[Pinned] c3 [Today] c2 c1"));
        QCOMPARE(third.row(), 1);
        ConversationRecord renamed = conversation(2, 20);
        renamed.title.clear();
        m_model.put(renamed);
        QCOMPARE(shown(m_model), QStringLiteral("[Pinned] c3 [Today] New chat c1"));
    }

    void theLastOneTakesItsHeadingAlong() {
        m_model.setConversations({conversation(1, 20), conversation(2, 19)});
        m_model.remove(1);
        QCOMPARE(shown(m_model), QStringLiteral("[Yesterday] c2"));
        m_model.remove(77);
        m_model.remove(2);
        QCOMPARE(m_model.rowCount(), 0);
        QVERIFY(m_model.find(2) == nullptr);
    }

    void aCollapsedGroupKeepsItsHeading() {
        m_model.setConversations({conversation(1, 20), conversation(2, 19), conversation(3, 19)});
        m_model.setCollapsed(QStringLiteral("yesterday"), true);
        QCOMPARE(shown(m_model), QStringLiteral("[Today] c1 [Yesterday]"));
        QVERIFY(m_model.index(2).data(ConversationListModel::CollapsedRole).toBool());
        QVERIFY(m_model.find(2) != nullptr);
        QCOMPARE(m_model.rowOf(2), -1);
        m_model.setCollapsed(QStringLiteral("yesterday"), false);
        QCOMPARE(shown(m_model), QStringLiteral("[Today] c1 [Yesterday] c3 c2"));
    }

    void midnightMovesTheDays() {
        m_model.setConversations({conversation(1, 20), conversation(2, 19)});
        m_today = 21;
        m_model.refresh();
        QCOMPARE(shown(m_model), QStringLiteral("[Yesterday] c1 [Last week] c2"));
    }

    void anyOrderOfChangesEndsTheSame() {
        QRandomGenerator random(7);
        QHash<ConversationId, ConversationRecord> kept;
        for (int step = 0; step < 400; ++step) {
            const ConversationId id = random.bounded(1, 25);
            if (random.bounded(4) == 0) {
                kept.remove(id);
                m_model.remove(id);
            } else {
                const QString folder =
                    random.bounded(3) == 0 ? QStringLiteral("f%1").arg(random.bounded(3)) : QString();
                const ConversationRecord record =
                    conversation(id, random.bounded(1, 21), folder, random.bounded(6) == 0);
                kept.insert(id, record);
                m_model.put(record);
            }
            if (step % 37 == 0) m_model.setCollapsed(QStringLiteral("older"), random.bounded(2) == 0);
        }
        m_model.setCollapsed(QStringLiteral("older"), false);
        ConversationListModel fresh(nullptr, [] { return noonOn(20); });
        fresh.setConversations(kept.values());
        QCOMPARE(shown(m_model), shown(fresh));
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::ConversationListModelTest)
#include "conversation_list_model_test.moc"
