#include "ui/controllers/dropped_source.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <QDir>
#include <QFile>
#include <QTest>
#include <QtEndian>

namespace strata::ui {
namespace {

class DroppedSourceTest : public QObject {
    Q_OBJECT
    test::TemporaryFolder m_folder;

    [[nodiscard]] QString path(const QString& name) const {
        return QFile::decodeName(m_folder.path().c_str()) + u'/' + name;
    }
    void put(const QString& name, const QByteArray& bytes) const {
        QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    static QByteArray safetensors(const QByteArray& header) {
        QByteArray length(8, 0);
        qToLittleEndian<quint64>(static_cast<quint64>(header.size()), length.data());
        return length + header + QByteArray(64, 0);
    }

private slots:
    void initTestCase() {
        const std::filesystem::path root = m_folder.path();
        QVERIFY(test::TinyModel().writeStack(root / "Tiny.strata"));
        QVERIFY(test::TinyModel().writeStack(root / "Other.strata"));
        QVERIFY(test::TinyModel().writeGguf(root / "Tiny.gguf"));
        QVERIFY(QFile::copy(path(QStringLiteral("Tiny.gguf")), path(QStringLiteral("Big-00001-of-00002.gguf"))));
        QVERIFY(QFile::copy(path(QStringLiteral("Tiny.gguf")), path(QStringLiteral("Big-00002-of-00002.gguf"))));
        QVERIFY(QFile::copy(path(QStringLiteral("Tiny.strata")), path(QStringLiteral("renamed.bin"))));
        put(QStringLiteral("newer.strata"), QByteArray("GGUF\x63\0\0\0", 8));
        put(QStringLiteral("empty.gguf"), {});
        put(QStringLiteral("notes.txt"), "not a model");
        put(QStringLiteral("hf/config.json"), "{}");
        put(QStringLiteral("hf/model-00001-of-00002.safetensors"),
            safetensors(R"({"model.layers.0.q_proj.weight":{}})"));
        put(QStringLiteral("hf/model-00002-of-00002.safetensors"), safetensors("{}"));
        put(QStringLiteral("models--Qwen--Qwen2-0.5B/snapshots/0123abcd/config.json"), "{}");
        put(QStringLiteral("models--Qwen--Qwen2-0.5B/snapshots/0123abcd/model.safetensors"), safetensors("{}"));
        put(QStringLiteral("bitstack/config.json"), "{}");
        put(QStringLiteral("bitstack/model.safetensors"),
            safetensors(R"({"model.layers.0.self_attn.q_proj.qweight_0":{}})"));
        put(QStringLiteral("broken/config.json"), "{}");
        put(QStringLiteral("broken/model.safetensors"), QByteArray(12, '\xff'));
        put(QStringLiteral("only config/config.json"), "{}");
        put(QStringLiteral("only weights/model.safetensors"), safetensors("{}"));
        put(QStringLiteral("holidays/1.jpg"), "x");
        put(QStringLiteral("holidays/2.PNG"), "x");
        put(QStringLiteral("several/a.gguf"), "GGUF");
        put(QStringLiteral("several/b.gguf"), "GGUF");
        QVERIFY(QDir().mkpath(path(QStringLiteral("nothing"))));
        QVERIFY(QDir().mkpath(path(QStringLiteral("one"))) &&
                QFile::copy(path(QStringLiteral("Tiny.strata")), path(QStringLiteral("one/x.strata"))));
    }

    void kinds_data() {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("name");
        const auto row = [](const QStringList& names, SourceKind kind, const char* name) {
            QTest::newRow(qPrintable(names.join(u'+'))) << names << static_cast<int>(kind) << QString::fromUtf8(name);
        };
        row({QStringLiteral("Tiny.strata")}, SourceKind::Stack, "Tiny");
        row({QStringLiteral("renamed.bin")}, SourceKind::Stack, "renamed");
        row({QStringLiteral("newer.strata")}, SourceKind::Stack, "newer");
        row({QStringLiteral("Tiny.strata"), QStringLiteral("Other.strata")}, SourceKind::Stack, "Tiny, Other");
        row({QStringLiteral("Tiny.gguf")}, SourceKind::Gguf, "Tiny");
        row({QStringLiteral("Big-00002-of-00002.gguf")}, SourceKind::Gguf, "Big");
        row({QStringLiteral("Big-00001-of-00002.gguf"), QStringLiteral("Big-00002-of-00002.gguf")}, SourceKind::Gguf,
            "Big");
        row({QStringLiteral("hf")}, SourceKind::HuggingFace, "hf");
        row({QStringLiteral("models--Qwen--Qwen2-0.5B/snapshots/0123abcd")}, SourceKind::HuggingFace, "Qwen2-0.5B");
        row({QStringLiteral("bitstack")}, SourceKind::Bitstack, "bitstack");
        row({QStringLiteral("broken")}, SourceKind::HuggingFace, "broken");
        row({QStringLiteral("one")}, SourceKind::Stack, "x");
    }
    void kinds() {
        QFETCH(QStringList, names);
        QFETCH(int, kind);
        QStringList paths;
        for (const QString& each : names) paths.append(path(each));
        const DroppedSource source = classifyDrop(paths);
        QCOMPARE(static_cast<int>(source.kind), kind);
        QTEST(source.name, "name");
        QVERIFY(source.sizeBytes > 0);
        QVERIFY(!source.paths.isEmpty() && source.problem.title.isEmpty());
    }

    void sizesCountAllParts() {
        const qint64 one = QFileInfo(path(QStringLiteral("Tiny.gguf"))).size();
        QCOMPARE(classifyDrop({path(QStringLiteral("Big-00001-of-00002.gguf"))}).sizeBytes, 2 * one);
        QCOMPARE(classifyDrop({path(QStringLiteral("Tiny.strata")), path(QStringLiteral("Other.strata"))}).paths.size(),
                 2);
    }

    void refusals_data() {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QString>("title");
        const auto row = [](const QStringList& names, const char* title) {
            QTest::newRow(qPrintable(names.join(u'+'))) << names << QString::fromUtf8(title);
        };
        row({QStringLiteral("holidays")}, "“holidays” holds pictures (2) and no model.");
        row({QStringLiteral("nothing")}, "“nothing” is a folder without a model.");
        row({QStringLiteral("several")}, "“several” holds several models.");
        row({QStringLiteral("only config")}, "“only config” describes a model, but its weights are missing.");
        row({QStringLiteral("only weights")}, "“only weights” has weights, but no config.json that describes them.");
        row({QStringLiteral("hf/model-00001-of-00002.safetensors")},
            "“model-00001-of-00002.safetensors” is only a part of a model.");
        row({QStringLiteral("empty.gguf")}, "“empty.gguf” is empty (0 bytes).");
        row({QStringLiteral("notes.txt")}, "“notes.txt” is not a model.");
        row({QStringLiteral("absent")}, "“absent” is not there any more.");
        row({QStringLiteral("Tiny.gguf"), QStringLiteral("Tiny.strata")}, "These are several things.");
        row({QStringLiteral("Tiny.gguf"), QStringLiteral("notes.txt")}, "These are several things.");
    }
    void refusals() {
        QFETCH(QStringList, names);
        QStringList paths;
        for (const QString& each : names) paths.append(path(each));
        const DroppedSource source = classifyDrop(paths);
        QCOMPARE(source.kind, SourceKind::None);
        QTEST(source.problem.title, "title");
        QVERIFY(!source.problem.remedy.isEmpty());
    }

    void nothingIsNoFile() { QCOMPARE(classifyDrop({}).problem.title, QStringLiteral("That is not a file.")); }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::DroppedSourceTest)
#include "dropped_source_test.moc"
