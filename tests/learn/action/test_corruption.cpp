// What restorations begin with, and what is known of an image: worked out by hand.
#include <vector>

#include "catch.hpp"
#include "learn/action/corruption.hpp"

using namespace tessera;
using namespace tessera::learn::action;
using namespace tessera::test;

namespace {

struct Corrupted {
  std::vector<double> left, known;
};

Corrupted corrupted(const Corruption& corruption, const std::vector<double>& image) {
  std::vector<double> normals(image.size());
  for (std::size_t n = 0; n < normals.size(); ++n) normals[n] = 100.0 + static_cast<double>(n);
  Corrupted result{std::vector<double>(image.size()),
                   std::vector<double>(static_cast<std::size_t>(corruption.num_conditions()))};
  corruption.apply(image.data(), normals.data(), result.left.data(), result.known.data());
  return result;
}

}  // namespace

TEST_CASE("of a grey image every channel is the same, but for noise", "[action]") {
  const Corruption corruption(CorruptionKind::colour, {.channels = 2, .height = 1, .width = 2}, 0.01);
  CHECK(corruption.num_conditions() == 2);
  const auto [left, known] = corrupted(corruption, {1.0, 2.0, 3.0, 6.0});
  CHECK(known == std::vector<double>{2.0, 4.0});
  CHECK(left == std::vector<double>{2.0 + 0.01 * 100.0, 4.0 + 0.01 * 101.0, 2.0 + 0.01 * 102.0, 4.0 + 0.01 * 103.0});
}

TEST_CASE("of a coarse image every other pixel is left, and what is between them is known to be smooth", "[action]") {
  const Corruption corruption(CorruptionKind::super_resolution, {.channels = 1, .height = 6, .width = 4}, 2.0);
  CHECK(corruption.num_conditions() == 24);
  std::vector<double> image;  // rows rise by 1
  for (int n = 0; n < 24; ++n) image.push_back(n / 4);
  const auto [left, known] = corrupted(corruption, image);
  for (std::size_t n = 0; n < 24; ++n) {
    const bool is_kept = n / 4 % 2 == 0 && n % 2 == 0;
    CHECK(left[n] == (is_kept ? image[n] : 2.0 * (100.0 + static_cast<double>(n))));
    // Kept pixels stand for 2 x 2, whose middle lies half a pixel further down.
    const double row = static_cast<double>(n / 4);
    CHECK_THAT(known[n], WithinAbs(row == 0.0 ? 0.0 : row == 5.0 ? 4.0 : row - 0.5, 1e-14));
  }
}

TEST_CASE("of half an image the other half is noise", "[action]") {
  const Corruption corruption(CorruptionKind::inpainting, {.channels = 1, .height = 2, .width = 3}, 1.0);
  const auto [left, known] = corrupted(corruption, {1.0, 2.0, 3.0, 4.0, 5.0, 6.0});
  CHECK(left == std::vector<double>{1.0, 2.0, 102.0, 4.0, 5.0, 105.0});
  CHECK(known == std::vector<double>{1.0, 2.0, 0.0, 4.0, 5.0, 0.0});
}

TEST_CASE("shapes that cannot be corrupted in a way are refused", "[action]") {
  CHECK_THROWS(Corruption(CorruptionKind::colour, {.channels = 1, .height = 2, .width = 2}, 1.0));
  CHECK_THROWS(Corruption(CorruptionKind::super_resolution, {.channels = 1, .height = 3, .width = 2}, 1.0));
  CHECK_THROWS(Corruption(CorruptionKind::inpainting, {.channels = 1, .height = 2, .width = 1}, 1.0));
}
