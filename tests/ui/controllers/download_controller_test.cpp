#include "ui/controllers/download_controller.h"

#include "core/base/hash.h"
#include "tests/support/temporary_folder.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

namespace strata::ui {
namespace {

constexpr int kPatienceMs = 60'000;

#define STRATA_AWAIT(spy) QTRY_VERIFY_WITH_TIMEOUT(!(spy).isEmpty(), kPatienceMs)

QByteArray sampleBytes(qsizetype size) {
    QByteArray bytes(size, 0);
    quint32 state = 12345;
    for (char& byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

QString sha256(const QByteArray& bytes) {
    return QString::fromStdString(
        strata::sha256Of(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())))));
}

/// Serves one file over HTTP/1.1, as badly as a test asks for.
class Server : public QTcpServer {
public:
    QByteArray content;
    bool knowsRanges = true;
    qsizetype cutAfter = -1;  // bytes of a body, then the connection is closed
    bool cutsOnce = false;
    int status = 200;  // of every answer when it is an error
    int errorsFirst = 0;
    bool redirects = false;
    bool stalls = false;  // sends half and then nothing
    QList<QByteArray> ranges;

    explicit Server(QByteArray bytes) : content(std::move(bytes)) {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = nextPendingConnection()) serve(socket);
        });
        listen(QHostAddress::LocalHost);
    }
    [[nodiscard]] QString address(const QString& path = QStringLiteral("/file")) const {
        return QStringLiteral("http://127.0.0.1:%1%2").arg(serverPort()).arg(path);
    }

private:
    void serve(QTcpSocket* socket) {
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        auto received = std::make_shared<QByteArray>();
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, received] {
            *received += socket->readAll();
            if (!received->contains("\r\n\r\n")) return;
            answer(socket, *received);
            received->clear();
        });
    }

    void answer(QTcpSocket* socket, const QByteArray& request) {
        if (redirects && request.startsWith("GET /file")) {
            socket->write("HTTP/1.1 302 Found\r\nLocation: /moved\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        if (status >= 400 || errorsFirst-- > 0) {
            const int code = status >= 400 ? status : 503;
            socket->write("HTTP/1.1 " + QByteArray::number(code) + " No\r\nContent-Length: 8\r\n\r\nsorry :(");
            return;
        }
        qsizetype start = 0;
        const qsizetype at = request.toLower().indexOf("range: bytes=");
        if (at >= 0) ranges.append(request.mid(at + 13, request.indexOf("\r\n", at) - at - 13));
        if (at >= 0 && knowsRanges) start = ranges.last().chopped(1).toLongLong();
        send(socket, start, at >= 0 && knowsRanges);
    }

    void send(QTcpSocket* socket, qsizetype start, bool isRange) {
        QByteArray head = isRange ? "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " +
                                        QByteArray::number(start) + '-' + QByteArray::number(content.size() - 1) + '/' +
                                        QByteArray::number(content.size()) + "\r\n"
                                  : QByteArray("HTTP/1.1 200 OK\r\n");
        head += "Content-Length: " + QByteArray::number(content.size() - start) + "\r\n\r\n";
        socket->write(head);
        const QByteArray body = content.mid(start);
        if (stalls) {
            socket->write(body.left(body.size() / 2));
            return;
        }
        if (cutAfter < 0) {
            socket->write(body);
            return;
        }
        socket->write(body.left(cutAfter));
        if (cutsOnce) cutAfter = -1;
        socket->disconnectFromHost();
    }
};

class DownloadControllerTest : public QObject {
    Q_OBJECT
    const QByteArray m_bytes = sampleBytes(3'000'000);

    struct Setup {
        test::TemporaryFolder folder;
        Server server;
        CatalogueEntry entry;
        DownloadOptions options{.tries = 3, .retryDelayMs = 10, .stallTimeoutMs = 30'000, .spareDiskBytes = 1000};

        explicit Setup(const QByteArray& bytes) : server(bytes) {
            entry.id = QStringLiteral("tiny");
            entry.name = QStringLiteral("Tiny");
            entry.file = QStringLiteral("tiny.gguf");
            entry.address = server.address();
            entry.sizeBytes = bytes.size();
            entry.sha256 = sha256(bytes);
        }
        [[nodiscard]] QString path() const { return QFile::decodeName(folder.path().c_str()); }
        [[nodiscard]] QString target() const { return path() + QStringLiteral("/tiny.gguf"); }
        [[nodiscard]] QString part() const { return target() + QStringLiteral(".part"); }
        [[nodiscard]] static QByteArray contentOf(const QString& file) {
            QFile content(file);
            return content.open(QIODevice::ReadOnly) ? content.readAll() : QByteArray();
        }
        void put(const QString& file, const QByteArray& bytes) const {
            QFile content(file);
            QVERIFY(content.open(QIODevice::WriteOnly) && content.write(bytes) == bytes.size());
        }
    };
    /// One start(), until it has ended.
    struct Run {
        QStringList signalsSeen;
        Problem problem;
        DownloadProgress last;
        explicit Run(Setup& setup) {
            DownloadController controller(setup.path(), setup.options);
            connect(&controller, &DownloadController::progressed, &controller,
                    [&](const QString&, const DownloadProgress& progress) { last = progress; });
            connect(&controller, &DownloadController::finished, &controller,
                    [&](const QString& id, const QString& path) {
                        signalsSeen.append(QStringLiteral("finished ") + id);
                        QCOMPARE(path, setup.target());
                    });
            connect(&controller, &DownloadController::failed, &controller, [&](const QString&, const Problem& what) {
                problem = what;
                signalsSeen.append(QStringLiteral("failed"));
            });
            controller.start(setup.entry);
            [&] { QTRY_VERIFY_WITH_TIMEOUT(!signalsSeen.isEmpty(), kPatienceMs); }();
            QVERIFY(!controller.isRunning(setup.entry.id));
        }
        [[nodiscard]] bool finished() const { return signalsSeen == QStringList{QStringLiteral("finished tiny")}; }
        [[nodiscard]] bool failed() const { return signalsSeen == QStringList{QStringLiteral("failed")}; }
    };

private slots:
    void theBuiltInCatalogueIsTheSampleModel() {
        const QList<CatalogueEntry> entries = catalogue();
        QCOMPARE(entries.size(), 1);
        QFile dev(QStringLiteral(STRATA_SOURCE_DIR "/dev"));
        QVERIFY(dev.open(QIODevice::ReadOnly));
        const QByteArray script = dev.readAll();
        QVERIFY(script.contains("sample_gguf_sha256=" + entries[0].sha256.toUtf8()));
        QCOMPARE(entries[0].file, QStringLiteral("SmolLM2-135M-Instruct.Q4_1.gguf"));
        QCOMPARE(entries[0].licence, QStringLiteral("Apache-2.0"));
    }

    void badCataloguesAreRefused_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("words");
        QTest::newRow("path") << QByteArray("\"file\": \"Smol") << QByteArray("\"file\": \"../Smol") << "file";
        QTest::newRow("plain http") << QByteArray("https://") << QByteArray("http://") << "address";
        QTest::newRow("script") << QByteArray("https://") << QByteArray("javascript:") << "address";
        QTest::newRow("hash") << QByteArray("\"b179") << QByteArray("\"B179") << "sha256";
        QTest::newRow("size") << QByteArray("98362432") << QByteArray("-1") << "size_bytes";
        QTest::newRow("licence") << QByteArray("\"licence\"") << QByteArray("\"x\"") << "licence";
        QTest::newRow("list") << QByteArray("\"models\"") << QByteArray("\"x\"") << "no list of models";
    }
    void badCataloguesAreRefused() {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, words);
        QFile file(QStringLiteral(STRATA_SOURCE_DIR "/resources/catalogue.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray json = file.readAll();
        QVERIFY(parseCatalogue(json));
        QVERIFY(json.contains(from));
        const auto entries = parseCatalogue(json.replace(from, to));
        QVERIFY(!entries);
        QVERIFY2(entries.error().contains(words), qPrintable(entries.error()));
    }

    void fetchesAndVerifies() {
        Setup setup(m_bytes);
        const Run run(setup);
        QVERIFY2(run.finished(), qPrintable(run.problem.detail));
        QCOMPARE(Setup::contentOf(setup.target()), m_bytes);
        QVERIFY(!QFile::exists(setup.part()));
        QCOMPARE(run.last.receivedBytes, m_bytes.size());
        QCOMPARE(run.last.totalBytes, m_bytes.size());
        QVERIFY(setup.server.ranges.isEmpty());
    }

    void goesOnWhereItWasInterrupted() {
        Setup setup(m_bytes);
        setup.server.cutAfter = 1'000'000;
        setup.server.cutsOnce = true;
        const Run run(setup);
        QVERIFY2(run.finished(), qPrintable(run.problem.detail));
        QCOMPARE(Setup::contentOf(setup.target()), m_bytes);
        QCOMPARE(setup.server.ranges, QList<QByteArray>{"1000000-"});
    }

    void aConnectionThatBringsALittleEachTimeGetsThere() {
        Setup setup(m_bytes);
        setup.server.cutAfter = 400'000;
        const Run run(setup);
        QVERIFY2(run.finished(), qPrintable(run.problem.detail));
        QCOMPARE(Setup::contentOf(setup.target()), m_bytes);
        QVERIFY(setup.server.ranges.size() >= 7);
    }

    void goesOnAfterARestartOfTheProgram() {
        Setup setup(m_bytes);
        setup.put(setup.part(), m_bytes.left(2'000'000));
        const Run run(setup);
        QVERIFY2(run.finished(), qPrintable(run.problem.detail));
        QCOMPARE(Setup::contentOf(setup.target()), m_bytes);
        QCOMPARE(setup.server.ranges, QList<QByteArray>{"2000000-"});
    }

    void aPartThatIsWholeNeedsNoServer() {
        Setup setup(m_bytes);
        setup.server.close();
        setup.put(setup.part(), m_bytes);
        QVERIFY(Run(setup).finished());
        QCOMPARE(Setup::contentOf(setup.target()), m_bytes);
    }

    void aServerWithoutRangesSendsAllAgain() {
        Setup setup(m_bytes);
        setup.server.knowsRanges = false;
        setup.put(setup.part(), m_bytes.left(2'000'000));
        QVERIFY(Run(setup).finished());
        QCOMPARE(Setup::contentOf(setup.target()), m_bytes);
    }

    void aPartOfAnotherFileIsFoundOut() {
        Setup setup(m_bytes);
        setup.put(setup.part(), QByteArray(2'000'000, 'x'));
        const Run first(setup);
        QVERIFY(first.failed());
        QVERIFY2(first.problem.title.contains(QStringLiteral("damaged")), qPrintable(first.problem.title));
        QVERIFY(!QFile::exists(setup.part()) && !QFile::exists(setup.target()));
        QVERIFY(Run(setup).finished());
    }

    void aPartThatIsTooLongIsBegunAnew() {
        Setup setup(m_bytes);
        setup.put(setup.part(), QByteArray(4'000'000, 'x'));
        QVERIFY(Run(setup).finished());
        QCOMPARE(Setup::contentOf(setup.target()), m_bytes);
    }

    void aWrongFileIsRefused() {
        Setup setup(m_bytes);
        setup.server.content[1'234'567] = static_cast<char>(setup.server.content[1'234'567] ^ 1);
        const Run run(setup);
        QVERIFY(run.failed());
        QVERIFY2(run.problem.title.contains(QStringLiteral("checksum")), qPrintable(run.problem.title));
        QVERIFY(!QFile::exists(setup.part()) && !QFile::exists(setup.target()));
    }

    void aLongerFileIsRefused() {
        Setup setup(m_bytes);
        setup.server.content += "more";
        const Run run(setup);
        QVERIFY(run.failed());
        QVERIFY2(run.problem.title.contains(QStringLiteral("another file")), qPrintable(run.problem.title));
        QVERIFY(!QFile::exists(setup.part()));
    }

    void aShorterFileIsNotWaitedForForEver() {
        Setup setup(m_bytes);
        setup.server.content.chop(1'000'000);
        setup.server.knowsRanges = false;
        QVERIFY(Run(setup).failed());
        QVERIFY(!QFile::exists(setup.target()));
    }

    void aMissingFileIsSaid() {
        Setup setup(m_bytes);
        setup.server.status = 404;
        const Run run(setup);
        QVERIFY(run.failed());
        QVERIFY(run.problem.detail.contains(QStringLiteral("404")));
        QVERIFY(!run.problem.remedy.isEmpty());
    }

    void aBusyServerIsAskedAgain() {
        Setup setup(m_bytes);
        setup.server.errorsFirst = 2;
        QVERIFY(Run(setup).finished());
        Setup broken(m_bytes);
        broken.server.status = 503;
        const Run run(broken);
        QVERIFY(run.failed());
        QVERIFY(run.problem.title.contains(QStringLiteral("what has arrived is kept")));
    }

    void noServerAtAll() {
        Setup setup(m_bytes);
        setup.server.close();
        setup.put(setup.part(), m_bytes.left(100));
        QVERIFY(Run(setup).failed());
        QCOMPARE(Setup::contentOf(setup.part()), m_bytes.left(100));
    }

    void followsRedirections() {
        Setup setup(m_bytes);
        setup.server.redirects = true;
        setup.put(setup.part(), m_bytes.left(5));
        QVERIFY(Run(setup).finished());
        QCOMPARE(setup.server.ranges, QList<QByteArray>{"5-"});
        QCOMPARE(Setup::contentOf(setup.target()), m_bytes);
    }

    void aServerThatFallsSilentIsLeft() {
        Setup setup(m_bytes);
        setup.server.stalls = true;
        setup.options.stallTimeoutMs = 200;
        const Run run(setup);
        // Each try brings half of the rest, until half of a byte is nothing.
        QVERIFY(run.failed());
        QCOMPARE(QFileInfo(setup.part()).size(), m_bytes.size() - 1);
        QVERIFY(setup.server.ranges.size() >= 20);
    }

    void theDiskIsCheckedBefore() {
        Setup setup(m_bytes);
        setup.options.freeBytes = [](const QString&) { return qint64{2'000'000}; };
        const Run run(setup);
        QVERIFY(run.failed());
        QVERIFY2(run.problem.title.contains(QStringLiteral("too little space")), qPrintable(run.problem.title));
        setup.put(setup.part(), m_bytes.left(1'500'000));
        QVERIFY(Run(setup).finished());
    }

    void aDiskThatFillsUpMeanwhileIsSaid() {
        if (!QFile::exists(QStringLiteral("/dev/full"))) QSKIP("no /dev/full here");
        Setup setup(m_bytes);
        QVERIFY(QFile::link(QStringLiteral("/dev/full"), setup.part()));
        const Run run(setup);
        QVERIFY(run.failed());
        QVERIFY2(run.problem.title.contains(QStringLiteral("disk is full")), qPrintable(run.problem.title));
        QVERIFY(!QFile::exists(setup.target()));
    }

    void whatIsThereAlreadyIsNotFetched() {
        Setup setup(m_bytes);
        setup.server.close();
        setup.put(setup.target(), m_bytes);
        QVERIFY(Run(setup).finished());
    }

    void anotherFileOfThatNameIsNotOverwritten() {
        Setup setup(m_bytes);
        setup.put(setup.target(), "the user's own");
        const Run run(setup);
        QVERIFY(run.failed());
        QVERIFY2(run.problem.title.contains(QStringLiteral("is there already")), qPrintable(run.problem.title));
        QCOMPARE(Setup::contentOf(setup.target()), QByteArray("the user's own"));
    }

    void cancelKeepsThePart() {
        Setup setup(m_bytes);
        setup.server.stalls = true;
        {
            DownloadController controller(setup.path(), setup.options);
            QSignalSpy cancelled(&controller, &DownloadController::cancelled);
            controller.start(setup.entry);
            controller.start(setup.entry);
            QVERIFY(controller.isRunning(setup.entry.id));
            QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(setup.part()).size() > 0, kPatienceMs);
            controller.cancel(setup.entry.id);
            controller.cancel(QStringLiteral("unknown"));
            STRATA_AWAIT(cancelled);
            QCOMPARE(cancelled.size(), 1);
            QVERIFY(!controller.isRunning(setup.entry.id));
        }
        setup.server.stalls = false;
        QVERIFY(Run(setup).finished());
        QCOMPARE(setup.server.ranges.size(), 1);
    }

    void theEndOfTheProgramKeepsThePart() {
        Setup setup(m_bytes);
        setup.server.stalls = true;
        {
            DownloadController controller(setup.path(), setup.options);
            controller.start(setup.entry);
            QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(setup.part()).size() > 0, kPatienceMs);
        }
        QVERIFY(QFileInfo(setup.part()).size() > 0);
    }

    void isFoundWhereItIs() {
        Setup setup(m_bytes);
        const QString tree = setup.path() + QStringLiteral("/tree/models");
        QVERIFY(QDir().mkpath(tree));
        setup.put(tree + QStringLiteral("/tiny.gguf"), m_bytes);
        DownloadController controller(setup.path());
        QSignalSpy located(&controller, &DownloadController::located);
        const QStringList folders =
            DownloadController::developerFolders(setup.path() + QStringLiteral("/tree/build/release/bin"));
        controller.locate(setup.entry, folders);
        STRATA_AWAIT(located);
        QCOMPARE(located.first().at(1).toString(), tree + QStringLiteral("/tiny.gguf"));
        located.clear();
        setup.put(tree + QStringLiteral("/tiny.gguf"), sampleBytes(m_bytes.size() - 1) + "x");
        controller.locate(setup.entry, folders);
        STRATA_AWAIT(located);
        QCOMPARE(located.first().at(1).toString(), QString());
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::DownloadControllerTest)
#include "download_controller_test.moc"
