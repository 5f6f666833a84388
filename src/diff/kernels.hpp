// Internal: what an evaluation does to arrays, one function an operation. (row, number) lies at row + number * rows.
#pragma once

#include <cstdint>

#include "diff/graph.hpp"

namespace tessera::diff::kernels {

void fill(double* y, std::int64_t count, double value);
void copy(double* y, const double* x, std::int64_t count);
void combine(double* y, const double* x, const double* z, std::int64_t count, double a, double b);
void scale_shift(double* y, const double* x, std::int64_t count, double scale, double shift);
void product(double* y, const double* x, const double* z, std::int64_t count);
void minimum(double* y, const double* x, const double* z, std::int64_t count);
void below(double* y, const double* x, const double* z, std::int64_t count);
void clip(double* y, const double* x, std::int64_t count, double low, double high);
void inside(double* y, const double* x, std::int64_t count, double low, double high);
void apply(Function function, std::int64_t order, double* y, const double* x, std::int64_t count);

void row_sum(double* y, const double* x, std::int64_t rows, std::int64_t width);
void repeat(double* y, const double* x, std::int64_t rows, std::int64_t width);
/// Of the first `count` rows, in their order.
void sum(double* y, const double* x, std::int64_t rows, std::int64_t width, std::int64_t count);
void spread(double* y, const double* x, std::int64_t rows, std::int64_t width);
void keep(double* y, const double* x, std::int64_t rows, std::int64_t width, std::int64_t count);

}  // namespace tessera::diff::kernels
