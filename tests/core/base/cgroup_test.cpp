#include "core/base/cgroup.h"

#include "tests/core/base/folder_test.h"

#include <fstream>

namespace strata {
namespace {

class CgroupTest : public test::FolderTest {
protected:
    void put(const std::string& file, std::string_view text) const {
        std::filesystem::create_directories((folder() / file).parent_path());
        std::ofstream(folder() / file) << text << "\n";
    }
    [[nodiscard]] CgroupLimits limitsOf(std::string_view membership) const {
        put("membership", membership);
        return readCgroupLimits(folder(), folder() / "membership");
    }
};

TEST_F(CgroupTest, NoFilesMeanNoLimits) {
    for (const std::string_view membership : {"0::/a/b", "", "nonsense", "0:", "3:memory:/x\n4:cpu,cpuacct:/x"}) {
        const CgroupLimits limits = limitsOf(membership);
        EXPECT_FALSE(limits.memoryBytes || limits.availableBytes || limits.processors) << membership;
    }
    EXPECT_FALSE(readCgroupLimits(folder() / "absent", folder() / "absent").memoryBytes);
}

TEST_F(CgroupTest, Version2TakesTheTightestGroup) {
    put("a/memory.max", "1000");
    put("a/memory.current", "900");
    put("a/memory.stat", "anon 500\nfile 400\ninactive_file 350");
    put("a/b/memory.max", "2000");
    put("a/b/memory.current", "1800");
    put("a/cpu.max", "max 100000");
    put("a/b/cpu.max", "150000 100000");
    const CgroupLimits limits = limitsOf("0::/a/b");
    EXPECT_EQ(limits.memoryBytes, 1000u);
    EXPECT_EQ(limits.availableBytes, 200u) << "b leaves 200, a 1000 - 900 + 350";
    EXPECT_EQ(limits.processors, 1.5);
}

TEST_F(CgroupTest, NoLimitIsWrittenInWords) {
    put("a/memory.max", "max");
    put("a/memory.current", "900");
    put("a/cpu.max", "max 100000");
    const CgroupLimits limits = limitsOf("0::/a");
    EXPECT_FALSE(limits.memoryBytes || limits.availableBytes || limits.processors);
}

TEST_F(CgroupTest, UseAboveTheLimitLeavesNothing) {
    put("memory.max", "1000");
    put("memory.current", "1500");
    EXPECT_EQ(limitsOf("0::/").availableBytes, 0u);
}

TEST_F(CgroupTest, Version1HasOneTreePerController) {
    put("memory/docker/memory.limit_in_bytes", "5000");
    put("memory/docker/memory.usage_in_bytes", "3000");
    put("memory/docker/memory.stat", "cache 10\ntotal_inactive_file 1000");
    put("cpu/docker/cpu.cfs_quota_us", "200000");
    put("cpu/docker/cpu.cfs_period_us", "100000");
    const CgroupLimits limits = limitsOf("9:memory:/docker\n3:cpu,cpuacct:/docker\n1:name=systemd:/x");
    EXPECT_EQ(limits.memoryBytes, 5000u);
    EXPECT_EQ(limits.availableBytes, 3000u);
    EXPECT_EQ(limits.processors, 2.0);
}

TEST_F(CgroupTest, Version1InsideAContainerFallsBackToTheRoot) {
    put("memory/memory.limit_in_bytes", "5000");
    put("cpu/cpu.cfs_quota_us", "-1");
    put("cpu/cpu.cfs_period_us", "100000");
    const CgroupLimits limits = limitsOf("9:memory:/docker/0123\n3:cpu:/docker/0123");
    EXPECT_EQ(limits.memoryBytes, 5000u);
    EXPECT_FALSE(limits.processors);
}

}  // namespace
}  // namespace strata
