#include "learn/comparison/closing_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tessera::learn::comparison {

namespace {

constexpr std::size_t least_width = 15;
constexpr double rounding = 1e-8;  // errors that are relatively smaller are those of arithmetic

std::string heading(const ComparedRow& row) {
  return row.unit.empty() ? row.label : fmt::format("{} [{}]", row.label, row.unit);
}

std::string digits(double value, const char* format) {
  return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "-";
}

/// Power of ten of the first digit.
int power_of(double value) { return static_cast<int>(std::floor(std::log10(std::abs(value)))); }

double error_of_difference(const ComparedRow& row) { return std::hypot(row.reference.error, row.data.error); }

}  // namespace

std::string with_error(const math::Measured& measured) {
  const double value = measured.value, error = measured.error;
  if (!std::isfinite(value)) return "-";
  if (!std::isfinite(error) || !(error > 0.0)) return fmt::format("{:.4g}", value);
  if (std::abs(value) * rounding > error) return fmt::format("{:.9g}", value);
  const int last = power_of(error) - 1, first = value != 0.0 ? std::max(power_of(value), power_of(error)) : last + 1;
  const bool is_scaled = first < -3 || first > 7;
  const int scale = is_scaled ? first : 0;
  const double unit = std::pow(10.0, scale);
  const int decimals = std::max(0, scale - last);
  // Whole numbers whose error is larger than ten have it in full, others that of their last two digits.
  const double in_brackets = last - scale > 0 ? error / unit : error / std::pow(10.0, last);
  auto text = fmt::format("{:.{}f}({:.0f})", value / unit, decimals, in_brackets);
  if (is_scaled) text += fmt::format("e{:+03d}", scale);
  return text;
}

std::vector<std::string> lines_of(const Compared& compared, const std::string& name) {
  std::size_t first = 0;
  for (const auto& row : compared.rows) first = std::max(first, heading(row).size());
  const std::size_t width = std::max(least_width, name.size());
  std::vector<std::string> lines;
  const auto has = [&](bool distances) {
    return std::any_of(compared.rows.begin(), compared.rows.end(),
                       [&](const ComparedRow& row) { return row.is_distance == distances; });
  };
  if (has(false)) {
    lines.push_back(fmt::format("  {:<{}} {:>15} {:>{}} {:>15} {:>10}", "", first, "reference", name, width,
                                "difference", "floor"));
    for (const auto& row : compared.rows) {
      if (row.is_distance) continue;
      lines.push_back(fmt::format("  {:<{}} {:>15} {:>{}} {:>15} {:>10}", heading(row), first,
                                  with_error(row.reference), with_error(row.data), width,
                                  with_error({row.difference, error_of_difference(row)}), digits(row.floor, "{:.3g}")));
    }
  }
  if (has(true)) {
    lines.push_back(fmt::format("  {:<{}} {:>15} {:>{}} {:>15} {:>10}", "curves", first, "", "", width, name, "floor"));
    for (const auto& row : compared.rows) {
      if (!row.is_distance) continue;
      const char* format = row.label.ends_with("overlap") ? "{:.4f}" : "{:.3g}";
      lines.push_back(fmt::format("  {:<{}} {:>15} {:>{}} {:>15} {:>10}", heading(row), first, "", "", width,
                                  digits(row.difference, format), digits(row.floor, format)));
    }
  }
  for (const auto& remark : compared.remarks) lines.push_back("  " + remark);
  return lines;
}

}  // namespace tessera::learn::comparison
