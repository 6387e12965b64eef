// A slow disk for one file, for any program: LD_PRELOAD this, name the file in THROTTLED_FILE and the rate in
// THROTTLED_BYTES_PER_SECOND. What is mapped into memory is not slowed down.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

bool isSlow(int descriptor) {
    static const char* const path = std::getenv("THROTTLED_FILE");
    struct stat slow{};
    struct stat read{};
    return path != nullptr && ::stat(path, &slow) == 0 && ::fstat(descriptor, &read) == 0 &&
           slow.st_ino == read.st_ino && slow.st_dev == read.st_dev;
}

/// Reads queue up, as at a disk: each begins when the one before it has ended.
void wait(int descriptor, std::size_t bytes) {
    if (!isSlow(descriptor)) return;
    static const char* const rate = std::getenv("THROTTLED_BYTES_PER_SECOND");
    static std::atomic<Clock::rep> freeAt{0};
    const auto takes = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(static_cast<double>(bytes) / (rate == nullptr ? 1e9 : std::atof(rate))));
    Clock::rep before = freeAt;
    Clock::rep after = 0;
    do {
        const Clock::rep now = Clock::now().time_since_epoch().count();
        after = (before > now ? before : now) + takes.count();
    } while (!freeAt.compare_exchange_weak(before, after));
    // Many small reads are slept for together: a sleep takes longer than one of them.
    const Clock::time_point until{Clock::duration(after)};
    if (until - Clock::now() > std::chrono::milliseconds(2)) std::this_thread::sleep_until(until);
}

template <class Function>
Function* system(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t read(int descriptor, void* into, std::size_t bytes) {
    static const auto real = system<ssize_t(int, void*, std::size_t)>("read");
    const ssize_t count = real(descriptor, into, bytes);
    if (count > 0) wait(descriptor, static_cast<std::size_t>(count));
    return count;
}

ssize_t pread(int descriptor, void* into, std::size_t bytes, off_t offset) {
    static const auto real = system<ssize_t(int, void*, std::size_t, off_t)>("pread");
    const ssize_t count = real(descriptor, into, bytes, offset);
    if (count > 0) wait(descriptor, static_cast<std::size_t>(count));
    return count;
}

std::size_t fread(void* into, std::size_t size, std::size_t count, std::FILE* file) {
    static const auto real = system<std::size_t(void*, std::size_t, std::size_t, std::FILE*)>("fread");
    const std::size_t done = real(into, size, count, file);
    wait(fileno(file), done * size);
    return done;
}

}  // extern "C"
