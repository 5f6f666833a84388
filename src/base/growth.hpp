// When a file that is written anew as something grows is due again.
#pragma once

#include <cstdint>

namespace tessera {

/// At each new item while there are few; of many, when they are three percent more than it has.
class Growth {
 public:
  bool is_due(std::int64_t items) const { return items >= written_ + written_ / 32; }
  void written(std::int64_t items) { written_ = items; }
  bool is_behind(std::int64_t items) const { return items > written_; }

 private:
  std::int64_t written_ = 0;
};

}  // namespace tessera
