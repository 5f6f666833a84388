#include "math/fft_wisdom.hpp"

#include <fftw3-mpi.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <vector>

namespace tessera::math {

void start_fftw() {
  static const bool is_started = [] {
    fftw_mpi_init();
    return true;
  }();
  static_cast<void>(is_started);
}

namespace {

/// FFTW writes one finding a line, in an order of its own making; the first and the last line enclose them.
std::string sorted(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    if (!line.empty()) lines.push_back(line);
  if (lines.size() > 2) std::sort(lines.begin() + 1, lines.end() - 1);
  std::string result;
  for (const auto& line : lines) result += line + '\n';
  return result;
}

}  // namespace

std::string fft_wisdom() {
  start_fftw();
  const std::unique_ptr<char, decltype(&std::free)> text(fftw_export_wisdom_to_string(), &std::free);
  return text ? sorted(text.get()) : "";
}

void forget_wisdom() {
  start_fftw();
  fftw_forget_wisdom();
}

bool use_fft_wisdom(const std::string& text) {
  forget_wisdom();
  return fftw_import_wisdom_from_string(text.c_str()) != 0;
}

std::string merge_wisdom(std::initializer_list<std::string> texts) {
  forget_wisdom();
  for (const auto& text : texts)  // FFTW keeps what it knows when it reads something else about the same problem
    if (!text.empty()) fftw_import_wisdom_from_string(text.c_str());
  return fft_wisdom();
}

}  // namespace tessera::math
