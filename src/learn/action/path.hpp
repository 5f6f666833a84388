// Where the samples of q_t come from that an action is learned from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learn/action/box.hpp"
#include "learn/action/corruption.hpp"
#include "learn/snapshots.hpp"
#include "sim/sample_source.hpp"

namespace tessera::learn::action {

/// How samples at a time come from snapshots.
enum class PathKind {
  nearest,           ///< those of the nearest snapshot, at its own time
  mixture,           ///< of the two neighbours, with the probabilities of linear interpolation
  linear,            ///< x = (1 - a) x_k + a x_{k+1}, pairs drawn independently
  transport,         ///< the same, pairs drawn from the optimal plan between samples of the neighbours
  generation,        ///< from normal noise to the last snapshot: x = (1 - t) noise + t data
  diffusion,         ///< from the last snapshot to noise, variance preserving: x = a data + (1 - a^2)^(1/2) noise,
                     ///< a = exp(-t b0/2 - t^2 (b1 - b0)/4), b0 = 0.1, b1 = 20 (Song and others, ICLR 2021)
  torus,             ///< in a periodic box, from the last snapshot to samples that are spread all over it:
                     ///< x = data + t noise, noise in half lengths of the box
  colour,            ///< from a grey image to a last snapshot's, x = (1 - t) corrupted + t image: see CorruptionKind
  super_resolution,  ///< likewise, from some pixels of it
  inpainting,        ///< likewise, from half of it
};

struct PathParams {
  PathKind kind = PathKind::mixture;
  std::int64_t transport_samples = 1000;  ///< of each snapshot, between which plans are made
  double noise = 1.0;                     ///< deviation, wherever there is noise
  std::vector<std::int64_t> image = {};   ///< channels, height and width, of restorations
};
void bind(deck::Binder& binder, PathParams& params);

/// What corrupts the images of such a path.
CorruptionKind corruption_of(PathKind kind);
/// Of these images. Throws Error (input) unless they have so many numbers.
Corruption make_corruption(const PathParams& params, int dimensions);

/// True of paths along which a sample's velocity is known.
bool has_velocity(PathKind kind);
/// True of paths whose samples a periodic box may hold.
bool fits_box(PathKind kind);
/// True of paths between noise, or what is left of an image, and the last snapshot.
bool has_noise_end(PathKind kind);
/// True of paths between neighbouring snapshots.
bool has_neighbours(PathKind kind);

/// Samples for which a rank has asked, in the data's units; positions one behind the other.
struct PathSamples {
  std::vector<double> time;                         ///< what was asked for, or where the nearest samples are
  std::vector<double> factor;                       ///< mass of q_t, times the sample's weight (of mean 1)
  std::vector<double> position;                     ///< x_t
  std::vector<double> condition;                    ///< what is known of it, where a path has a corruption
  std::vector<double> velocity;                     ///< dx_t/dt, if has_velocity()
  std::vector<double> low, high, inverse_interval;  ///< if has_neighbours(): samples of the neighbours, 1/(their times)
};

/// A path of densities over [begin, end], the same on all ranks. Draws are keyed by numbers: what is drawn does not
/// depend on who asks.
class Path {
 public:
  virtual ~Path() = default;
  virtual int dimensions() const = 0;
  virtual double begin() const = 0;
  virtual double end() const = 0;
  /// Of each coordinate, over all times.
  virtual std::vector<double> mean() const = 0;
  virtual std::vector<double> deviation() const = 0;
  /// Of restorations.
  virtual Corruption corruption() const { return {}; }
  /// Whether q_t is normalised at all times.
  virtual bool has_constant_mass() const = 0;

  /// Collective. Samples of numbers `numbers` at these times.
  virtual PathSamples draw(const std::vector<std::int64_t>& numbers, const std::vector<double>& times) const = 0;
  /// Collective. Samples at the first time, or the last.
  virtual PathSamples draw_end(const std::vector<std::int64_t>& numbers, bool is_last) const = 0;
};

/// Whether densities keep the mass that they have, or are normalised at each time: where nothing grows, a mass that
/// changes would be one that no motion of particles explains.
enum class Mass { kept, normalised };

/// Collective. Of snapshots, in a box that a torus needs. Throws Error (input) if there are too few for the kind.
std::unique_ptr<Path> make_path(std::shared_ptr<const Snapshots> snapshots, const PathParams& params, Mass mass,
                                std::uint32_t seed, const Box& box = {});
/// Of a density that is known.
std::unique_ptr<Path> make_path(std::shared_ptr<const sim::SampleSource> source, Mass mass, std::uint32_t seed);

}  // namespace tessera::learn::action
