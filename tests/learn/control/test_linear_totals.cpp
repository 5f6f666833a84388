// Linear systems under regulators, through the stage, against figures of controlgym.
#include <cmath>

#include "catch.hpp"
#include "linear_totals.hpp"

using namespace tessera::test;

namespace {

const double none = std::nan("");

/// All but the largest (see test_linear_totals_long.cpp), rea, which has no regulator, and umv, whose regulator is not
/// determined: its inputs cancel.
const std::vector<LinearTotals> small_systems{
    {"toy", 0.955533, 0.0362232, 0.0224698, -2.1519},     {"ac1", 1.000000, 0.0279037, 2.83637e-05, none},
    {"ac2", 1.000000, 0.0697073, 2.56649e-05, none},      {"ac3", 0.766727, 0.435783, 0.0460709, -19.1239},
    {"ac4", 0.986294, 0.0264156, 6.35179e-06, -0.868188}, {"ac5", 0.971231, 0.121661, 0.0141518, -1.72856},
    {"ac6", 0.999955, 1.46142, 0.103843, -30.4963},       {"ac7", 0.997889, 0.499777, 2.04403, -474.997},
    {"ac8", 0.961836, 17.7981, 0.110975, -67.4055},       {"ac9", 0.999375, 8914.57, 0.40079, -81906.1},
    {"ac10", 0.809594, 8.81841, 0.672898, -549.688},      {"bdt1", 0.999770, 2.67052, 8.84344e-07, -36.8121},
    {"bdt2", 0.999608, 0.118579, 0.0012802, none},        {"cdp", 0.997569, 9090.54, 56125.6, -4.90766e+06},
    {"cm1", 0.999623, 1.67065, 0.00883125, -11.1543},     {"cm2", 0.999630, 1.81359, 0.00886206, -4.6397},
    {"cm3", 0.999633, 1.06196, 0.00886361, -4.34163},     {"dis1", 0.955264, 1.29118, 0.0716412, -10.9834},
    {"dis2", 0.925499, 1246.85, 14.2047, -1.54301e+06},   {"dlr", 0.978266, 2.78128e+08, 348.121, -2.85577e+09},
    {"he1", 0.989580, 0.0238769, 1.41535e-05, -0.393636}, {"he2", 0.983173, 3.76049, 0.00680652, -315.453},
    {"he3", 0.927623, 4.95594, 3.83362, -686.559},        {"he4", 0.983735, 0.32765, 0.0141698, -32.5595},
    {"he5", 0.999857, 8.71013, 0.45259, -235.286},        {"he6", 0.999857, 8.71013, 0.568754, -318.308},
    {"je1", 0.981925, 1586.31, 418.363, -136357},         {"je2", 0.720685, 1.31265, 1.57324, -218.144},
    {"lah", 0.974159, 7.92822, 1.75502e-11, -105.475},    {"pas", 0.962945, 0.000816483, 5.35354e-06, -0.0165726},
    {"psm", 0.885761, 0.0788659, 0.0213131, -3.84492},
};

}  // namespace

TEST_CASE("regulated systems cost what they do in controlgym", "[control]") { check_costs(small_systems); }

TEST_CASE("in the long run, noise costs what it does in controlgym", "[control]") {
  std::vector<LinearTotals> fast;
  for (const auto& system : small_systems)
    if (system.radius < 0.985) fast.push_back(system);
  CHECK(fast.size() == 16);
  check_averages(fast);
}

TEST_CASE("episodes with filters earn as much as those of controlgym", "[control]") {
  check_filtered(small_systems, 200);
}
