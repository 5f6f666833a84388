#include "run/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.hpp"
#include "base/region.hpp"

namespace tessera::run {

std::string short_number(double value) {
  constexpr std::pair<double, const char*> scales[] = {
      {1e12, " trillion"}, {1e9, " billion"}, {1e6, " million"}, {1e3, " thousand"}};
  for (const auto& [scale, word] : scales)
    if (value >= 0.9995 * scale) return fmt::format("{:.3g}{}", value / scale, word);
  return fmt::format("{:.3g}", value);
}

std::string short_duration(double seconds) {
  const auto total = static_cast<std::int64_t>(std::llround(std::clamp(seconds, 0.0, 1e9)));
  const std::int64_t days = total / 86400, hours = total / 3600 % 24, minutes = total / 60 % 60, rest = total % 60;
  if (days > 0) return fmt::format("{} day{} {:02}:{:02}", days, days > 1 ? "s" : "", hours, minutes);
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, rest);
  return fmt::format("{}:{:02}", minutes, rest);
}

Progress::Progress(std::string stage, std::int64_t first_step, std::int64_t num_steps, std::int64_t num_items,
                   std::string item_name, std::string time_unit)
    : stage_(std::move(stage)),
      item_name_(std::move(item_name)),
      time_unit_(std::move(time_unit)),
      first_step_(first_step),
      num_steps_(num_steps),
      num_items_(num_items),
      start_(wall_time()),
      next_(start_),
      interval_(1.0),
      is_terminal_(log::is_terminal()) {
  next_ = start_ + (is_terminal_ ? 0.2 : interval_);
}

std::string Progress::line(std::int64_t step, double time, double now) const {
  const double elapsed = std::max(now - start_, 1e-9);
  const double steps_per_second = static_cast<double>(step - first_step_) / elapsed;
  const double left = static_cast<double>(num_steps_ - step) / std::max(steps_per_second, 1e-300);
  const double percent = 100.0 * static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(num_steps_, 1));
  return fmt::format("{}: {:3.0f} %  step {} of {}, t = {:.6g}{}{}, {} {}-steps/s, {} left", stage_, percent, step,
                     num_steps_, time, time_unit_.empty() ? "" : " ", time_unit_,
                     short_number(steps_per_second * static_cast<double>(num_items_)), item_name_,
                     short_duration(left));
}

void Progress::update(std::int64_t step, double time) {
  const double now = wall_time();
  if (now < next_) return;
  if (is_terminal_) {
    log::progress_line(line(step, time, now));
    next_ = now + 0.2;
    return;
  }
  log::info("{}", line(step, time, now));
  interval_ = std::min(2.0 * interval_, 60.0);
  next_ = now + interval_;
}

void Progress::finish() { log::progress_line(""); }

}  // namespace tessera::run
