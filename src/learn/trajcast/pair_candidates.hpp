// Internal to the reader of pairs: which frames of which files make one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/formats/frames.hpp"
#include "learn/trajcast/pair_source.hpp"

namespace tessera::learn::trajcast {

/// A frame and the one that it becomes, itself where the file holds pairs; and which of the molecules in it.
struct Candidate {
  std::int64_t frame = 0, target = 0, molecule = 0;
};

/// An open file, or one group of it, and its pairs in the order of frames.
struct CandidateFile {
  std::string path;
  std::shared_ptr<const data::Frames> frames;
  bool has_pairs = false;
  PairUse use = PairUse::training;
  std::vector<Candidate> candidates;
  std::int64_t num_molecules = 1;  ///< of a frame, that make a pair each
  double interval = 0.0;           ///< fs
};

/// A unit of length and of time of a frame, in A and fs.
struct FrameUnits {
  double length = 1.0, time = 1.0;
};
FrameUnits units_of(const data::Frame& frame, const PairSourceParams& params);

/// Collective. Every file for training or validation; one that is cut in two comes twice.
std::vector<CandidateFile> find_candidates(const Comm& comm, const PairSourceParams& params,
                                           const std::function<std::string(const std::string& stage)>& folder);

}  // namespace tessera::learn::trajcast
