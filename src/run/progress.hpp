// How far a stage is, how fast it goes and how long it will take.
#pragma once

#include <cstdint>
#include <string>

namespace tessera::run {

/// "1.23 million", "456 thousand"...: a rate or a count in words that are read at a glance.
std::string short_number(double value);
/// "0:42", "12:03", "3:07:15" or "2 days 03:10".
std::string short_duration(double seconds);

/// One rewritten line on a terminal; elsewhere plain lines, after 1 s, 2 s, 4 s... and then every minute.
class Progress {
 public:
  Progress(std::string stage, std::int64_t first_step, std::int64_t num_steps, std::int64_t num_items,
           std::string item_name, std::string time_unit);
  void update(std::int64_t step, double time);
  /// Takes the line away.
  void finish();

 private:
  std::string line(std::int64_t step, double time, double now) const;

  std::string stage_, item_name_, time_unit_;
  std::int64_t first_step_, num_steps_, num_items_;
  double start_, next_, interval_;
  bool is_terminal_;
};

}  // namespace tessera::run
