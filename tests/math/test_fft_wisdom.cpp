// Measured plans: the same on all ranks, kept from run to run, and no worse for a broken cache.
#include "math/fft_wisdom.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/agree.hpp"
#include "catch.hpp"
#include "math/fft.hpp"
#include "math/fft_cache.hpp"
#include "math/fft_distributed.hpp"
#include "waves.hpp"

using namespace tessera;
using namespace tessera::test;
using math::FftEffort;
using math::RealFft;
namespace fs = std::filesystem;

namespace {

/// Collective. The cache folder of a run of its own, whose process knows nothing yet.
class Cache {
 public:
  Cache() : folder_(scratch_folder()) { point_to(folder_); }
  explicit Cache(const fs::path& folder) : folder_(folder) { point_to(folder_); }
  ~Cache() { setenv("TESSERA_CACHE", before_.c_str(), 1); }
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  static void start_afresh() { math::forget_wisdom(); }

 private:
  static void point_to(const fs::path& folder) {
    setenv("TESSERA_CACHE", folder.c_str(), 1);
    start_afresh();
  }
  std::string before_ = std::getenv("TESSERA_CACHE") != nullptr ? std::getenv("TESSERA_CACHE") : "";
  fs::path folder_;
};

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Collective.
void put(const fs::path& path, const std::string& text) {
  agree(comm(), [&] {
    if (comm().is_root()) std::ofstream(path, std::ios::binary) << text;
  });
}

/// A size with many factorizations: trials often end differently.
constexpr std::int64_t points = 180;

std::vector<Complex> spectrum(const RealFft& fft) {
  const auto x = values(fft.num_values());
  std::vector<Complex> modes(static_cast<std::size_t>(fft.num_modes()));
  fft.forward(x, modes);
  return modes;
}

/// A number for all bits.
std::uint64_t digest(const std::vector<Complex>& modes) {
  std::uint64_t hash = 14695981039346656037U;
  const auto* bytes = reinterpret_cast<const unsigned char*>(modes.data());
  for (std::size_t n = 0; n < modes.size() * sizeof(Complex); ++n) hash = (hash ^ bytes[n]) * 1099511628211U;
  return hash;
}

}  // namespace

TEST_CASE("all ranks measure alike, and the next run does as the first one did", "[math]") {
  const Cache cache;
  const auto first = digest(spectrum(RealFft(comm(), {points})));
  const auto all = comm().all_gather(first);
  CHECK(std::count(all.begin(), all.end(), all.front()) == comm().size());
  const auto text = math::fft_wisdom();
  REQUIRE_ALL(!text.empty() && content(math::wisdom_cache_path()) == text);
  for (int run = 0; run < 2; ++run) {
    Cache::start_afresh();
    REQUIRE_ALL(digest(spectrum(RealFft(comm(), {points}))) == first);
  }
}

TEST_CASE("slabs are transformed alike by the next run on as many ranks", "[math]") {
  const Cache cache;
  const math::FftShape shape{5, 6, 20};
  const auto run = [&] {
    Cache::start_afresh();
    math::DistributedRealFft fft(comm(), shape);
    const auto first = fft.values().first * 120;
    const auto x = values(fft.num_values(), first);
    std::vector<Complex> modes(static_cast<std::size_t>(fft.num_modes()));
    fft.forward(x, modes);
    return digest(modes);
  };
  const auto first = run();
  for (int n = 0; n < 2; ++n) REQUIRE_ALL(run() == first);
}

TEST_CASE("wisdom from a checkpoint repeats a run whose cache is gone, or another", "[math]") {
  std::string kept;
  std::uint64_t first = 0;
  {
    const Cache cache;
    first = digest(spectrum(RealFft(comm(), {points})));
    kept = math::fft_wisdom();
  }
  for (int run = 0; run < 2; ++run) {
    const Cache other;
    RealFft(comm(), {points});  // may have found something else
    REQUIRE_ALL(math::use_fft_wisdom(kept));
    REQUIRE_ALL(digest(spectrum(RealFft(comm(), {points}))) == first);
  }
}

TEST_CASE("an estimate asks nobody", "[math]") {
  const Cache cache;
  const auto alone = digest(spectrum(RealFft({points})));
  const RealFft measured(comm(), {points});
  const auto text = math::fft_wisdom();
  REQUIRE_ALL(digest(spectrum(RealFft({points}))) == alone);
  REQUIRE_ALL(digest(spectrum(RealFft(comm(), {points}, FftEffort::estimate))) == alone);
  REQUIRE_ALL(math::fft_wisdom() == text);
}

TEST_CASE("what several runs measure comes together in one file, the first one first", "[math]") {
  const Cache cache;
  const RealFft one(comm(), {points});
  Cache::start_afresh();
  const RealFft two(comm(), {points / 2});
  const auto both = content(math::wisdom_cache_path());
  Cache::start_afresh();
  const auto same = digest(spectrum(RealFft(comm(), {points})));
  CHECK(content(math::wisdom_cache_path()) == both);
  REQUIRE_ALL(digest(spectrum(one)) == same);
}

TEST_CASE("a damaged cache is ignored and replaced", "[math]") {
  const Cache cache;
  const RealFft fft(comm(), {points});
  const auto path = math::wisdom_cache_path();
  const auto good = content(path);
  for (const auto& bad : {std::string{}, good.substr(0, good.size() / 2), std::string("(fftw-3.3.10 nonsense"),
                          std::string(1000, '\xff'), std::string((1 << 24) + 1, ' ')}) {
    CAPTURE(bad.size());
    comm().barrier();  // others may still read what is there
    put(path, bad);
    Cache::start_afresh();
    const RealFft again(comm(), {points});
    CHECK(distance(spectrum(again), spectrum(fft)) < tolerance(points));
    CHECK(math::use_fft_wisdom(content(path)));
  }
}

TEST_CASE("where no cache can be, transforms are measured all the same", "[math]") {
  const std::string file = scratch_folder() + "/file";
  put(file, "in the way");
  const Cache cache(fs::path(file) / "below");
  CHECK(distance(spectrum(RealFft(comm(), {points})), spectrum(RealFft({points}))) < tolerance(points));
  CHECK(content(file) == "in the way");
}

TEST_CASE("the cache folder follows the environment", "[math]") {
  const std::string home = std::getenv("HOME") != nullptr ? std::getenv("HOME") : "";
  const Cache restored("/a");
  setenv("XDG_CACHE_HOME", "/b", 1);
  setenv("HOME", "/c", 1);
  CHECK(math::wisdom_cache_path().parent_path() == "/a");
  unsetenv("TESSERA_CACHE");
  CHECK(math::wisdom_cache_path().parent_path() == "/b/tessera");
  unsetenv("XDG_CACHE_HOME");
  CHECK(math::wisdom_cache_path().parent_path() == "/c/.cache/tessera");
  unsetenv("HOME");
  CHECK(math::wisdom_cache_path().empty());
  if (!home.empty()) setenv("HOME", home.c_str(), 1);
}
