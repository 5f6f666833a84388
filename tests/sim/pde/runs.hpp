// Equations run by themselves, without noise, from a state that a test gives.
#pragma once

#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "sim/pde/params.hpp"

namespace tessera::test {

inline constexpr double pi = std::numbers::pi;

/// The state after so many samples. keys: of the stage, before its tables; actions: the same in every sample, empty: 0.
std::vector<double> run_from(const std::vector<double>& start, const std::string& keys, int samples,
                             const std::vector<double>& actions = {});

/// All states on the way, that of the start first.
std::vector<std::vector<double>> trajectory_from(const std::vector<double>& start, const std::string& keys, int samples,
                                                 const std::vector<double>& actions = {});

/// f at n points of [0, length).
std::vector<double> on_grid(std::int64_t n, double length, const std::function<double(double)>& f);

double largest_distance(const std::vector<double>& a, const std::vector<double>& b);
double sum_of(const std::vector<double>& values);
double sum_of_squares(const std::vector<double>& values);

/// Slope of the line through (log x, log y) that fits best.
double fitted_order(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace tessera::test
