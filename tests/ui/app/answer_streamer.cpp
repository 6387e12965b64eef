// usage: strata_answer_streamer FOLDER STACK
// The program with an answer under way, until it is killed. Prints how many characters are shown, and when
// (milliseconds of the steady clock). For crash_test.
#include "tests/ui/app/window_driver.h"
#include "ui/chat/chat_page.h"
#include "ui/models/chat_tree_model.h"

#include <QApplication>
#include <QTimer>
#include <chrono>
#include <cstdio>

using namespace strata::ui;

int main(int argc, char** argv) {
    QApplication qt(argc, argv);
    testing::WindowDriver driver(QApplication::arguments().value(1));
    driver.application().open({QApplication::arguments().value(2)});
    driver.chat().controller()->send(QStringLiteral("Tell"));
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] {
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        std::printf("%lld %lld\n", static_cast<long long>(driver.lastAnswer().size()),
                    static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()));
        std::fflush(stdout);
    });
    timer.start(20);
    return QApplication::exec();
}
