#include "math/fft_distributed.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "math/fft_mirror.hpp"
#include "math/fft_slab.hpp"

namespace tessera::math {

namespace {

/// FFTW drops directions of a single point, and then has nothing to exchange.
void check_order(const FftShape& shape, FftOrder order) {
  if (order == FftOrder::transposed && (shape.size() == 1 || shape[0] == 1 || shape[1] == 1))
    throw Error::input(
        fmt::format("a Fourier transform of {} points in transposed order; expected at least two points "
                    "along each of the first two directions",
                    text_of(shape)));
}

double inverse_size(const FftShape& shape, FftOrder order) {
  const auto points = num_points(shape);
  check_order(shape, order);
  return 1.0 / static_cast<double>(points);
}

/// Without directions of a single point behind the first one, for which FFTW asks for too little memory. The last one
/// of a real transform is halved, so that it must stay.
FftShape essential(const FftShape& shape, SlabTransform::Kind kind) {
  FftShape result{shape.front()};
  for (std::size_t d = 1; d < shape.size(); ++d)
    if (shape[d] > 1 || (kind == SlabTransform::Kind::real && d + 1 == shape.size())) result.push_back(shape[d]);
  return result;
}

void check_real_shape(const FftShape& shape) {
  const auto first = shape.front();
  if (shape.size() == 1 && first % 2 != 0)
    throw Error::input(
        fmt::format("a distributed Fourier transform of {} real points; expected an even number", first));
  if (shape.size() > 1 && first > 1 && num_points(shape) == first)
    throw Error::input(
        fmt::format("a distributed Fourier transform of {} real points; expected more than one along "
                    "another direction than the first, or {} along a single direction",
                    text_of(shape), first));
}

void check_lengths(const Comm& comm, std::size_t values, std::int64_t num_values, std::size_t modes,
                   std::int64_t num_modes) {
  if (static_cast<std::int64_t>(values) != num_values || static_cast<std::int64_t>(modes) != num_modes)
    throw Error::internal(
        fmt::format("rank {}: a distributed Fourier transform was given {} values and {} modes; expected {} and {}",
                    comm.rank(), values, modes, num_values, num_modes));
}

}  // namespace

/// What a transform of real values is made of.
struct DistributedRealFft::Implementation {
  virtual ~Implementation() = default;
  virtual void forward(std::span<const double> values, std::span<Complex> modes) = 0;
  virtual void backward(std::span<const Complex> modes, std::span<double> values) = 0;
  virtual const Comm& comm() const = 0;

  Slab values, modes;
  std::int64_t num_values = 0, num_modes = 0;
};

/// Two or three directions: rows of FFTW's array are padded, ours are not.
class DistributedRealFft::Slabs : public Implementation {
 public:
  Slabs(const Comm& comm, const FftShape& shape, FftOrder order, FftEffort effort)
      : transform_(comm, essential(shape, SlabTransform::Kind::real), SlabTransform::Kind::real, order, effort),
        length_(shape.back()) {
    values = transform_.values();
    modes = transform_.modes();
    num_values = transform_.num_values();
    num_modes = transform_.num_modes();
  }

  void forward(std::span<const double> from, std::span<Complex> to) override {
    for (std::int64_t row = 0; row < num_values / length_; ++row)
      std::copy_n(from.data() + row * length_, length_, transform_.work() + row * padded());
    transform_.forward();
    std::copy_n(transform_.complex_work(), num_modes, to.data());
  }

  void backward(std::span<const Complex> from, std::span<double> to) override {
    std::copy(from.begin(), from.end(), transform_.complex_work());
    transform_.backward();
    for (std::int64_t row = 0; row < num_values / length_; ++row)
      std::copy_n(transform_.work() + row * padded(), length_, to.data() + row * length_);
  }

  const Comm& comm() const override { return transform_.comm(); }

 private:
  std::int64_t padded() const { return 2 * (length_ / 2 + 1); }

  SlabTransform transform_;
  std::int64_t length_;
};

/// One direction: pairs of real values as complex ones.
class DistributedRealFft::Line : public Implementation {
 public:
  Line(const Comm& comm, std::int64_t length, FftEffort effort)
      : transform_(comm, {length / 2}, SlabTransform::Kind::complex, FftOrder::natural, effort),
        mirror_(transform_.comm(), transform_.modes(), length / 2) {
    values = {2 * transform_.values().first, 2 * transform_.values().count};
    modes = mirror_.modes();
    num_values = values.count;
    num_modes = modes.count;
  }

  void forward(std::span<const double> from, std::span<Complex> to) override {
    std::copy(from.begin(), from.end(), transform_.work());
    transform_.forward();
    std::copy_n(transform_.complex_work(), transform_.num_modes(), to.data());
    mirror_.disentangle(to);
  }

  void backward(std::span<const Complex> from, std::span<double> to) override {
    mirror_.entangle(from, transform_.complex_work());
    transform_.backward();
    std::copy_n(transform_.work(), num_values, to.data());
  }

  const Comm& comm() const override { return transform_.comm(); }

 private:
  SlabTransform transform_;
  MirrorModes mirror_;
};

DistributedRealFft::DistributedRealFft(const Comm& comm, const FftShape& shape, FftOrder order, FftEffort effort)
    : scale_(inverse_size(shape, order)) {
  check_real_shape(shape);
  if (shape.size() == 1)
    implementation_ = std::make_unique<Line>(comm, shape.front(), effort);
  else
    implementation_ = std::make_unique<Slabs>(comm, shape, order, effort);
}

DistributedRealFft::~DistributedRealFft() = default;
DistributedRealFft::DistributedRealFft(DistributedRealFft&&) noexcept = default;
DistributedRealFft& DistributedRealFft::operator=(DistributedRealFft&&) noexcept = default;

const Slab& DistributedRealFft::values() const { return implementation_->values; }
const Slab& DistributedRealFft::modes() const { return implementation_->modes; }
std::int64_t DistributedRealFft::num_values() const { return implementation_->num_values; }
std::int64_t DistributedRealFft::num_modes() const { return implementation_->num_modes; }

void DistributedRealFft::forward(std::span<const double> values, std::span<Complex> modes) {
  check_lengths(implementation_->comm(), values.size(), num_values(), modes.size(), num_modes());
  implementation_->forward(values, modes);
}

void DistributedRealFft::backward(std::span<const Complex> modes, std::span<double> values) {
  check_lengths(implementation_->comm(), values.size(), num_values(), modes.size(), num_modes());
  implementation_->backward(modes, values);
}

DistributedComplexFft::DistributedComplexFft(const Comm& comm, const FftShape& shape, FftOrder order, FftEffort effort)
    : scale_(inverse_size(shape, order)) {
  transform_ = std::make_unique<SlabTransform>(comm, essential(shape, SlabTransform::Kind::complex),
                                               SlabTransform::Kind::complex, order, effort);
}

DistributedComplexFft::~DistributedComplexFft() = default;
DistributedComplexFft::DistributedComplexFft(DistributedComplexFft&&) noexcept = default;
DistributedComplexFft& DistributedComplexFft::operator=(DistributedComplexFft&&) noexcept = default;

const Slab& DistributedComplexFft::values() const { return transform_->values(); }
const Slab& DistributedComplexFft::modes() const { return transform_->modes(); }
std::int64_t DistributedComplexFft::num_values() const { return transform_->num_values(); }
std::int64_t DistributedComplexFft::num_modes() const { return transform_->num_modes(); }

void DistributedComplexFft::forward(std::span<const Complex> values, std::span<Complex> modes) {
  check_lengths(transform_->comm(), values.size(), num_values(), modes.size(), num_modes());
  std::copy(values.begin(), values.end(), transform_->complex_work());
  transform_->forward();
  std::copy_n(transform_->complex_work(), num_modes(), modes.data());
}

void DistributedComplexFft::backward(std::span<const Complex> modes, std::span<Complex> values) {
  check_lengths(transform_->comm(), values.size(), num_values(), modes.size(), num_modes());
  std::copy(modes.begin(), modes.end(), transform_->complex_work());
  transform_->backward();
  std::copy_n(transform_->complex_work(), num_values(), values.data());
}

}  // namespace tessera::math
