// Gains of all linear systems against those of controlgym 1.0.0, where TESSERA_GOLDEN names a folder with the complete
// data (see tests/data/controlgym/README.md). tests/math/test_gains.cpp has 25 of them always.
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "math/control.hpp"
#include "math/golden.hpp"
#include "math/samples.hpp"
#include "sim/linear/model.hpp"
#include "sim/linear/params.hpp"
#include "sim/linear/system.hpp"

using namespace tessera;
using namespace tessera::test;
using math::Matrix;

namespace {

const char* golden_data() { return std::getenv("TESSERA_GOLDEN"); }

/// One system as the library has it, and the gains that the library found.
struct GoldenSystem {
  std::string id;
  sim::DenseModel model;

  explicit GoldenSystem(const std::string& name) : id(name) {
    sim::linear::LinearParams params;
    params.id = id;
    params.fidelity = sim::Fidelity::reference;
    model = make_model(sim::linear::linear_system(id), params);
  }
  bool has(const std::string& name) const { return has_golden(path(), id + "/" + name); }
  Matrix read(const std::string& name) const { return read_golden(path(), id + "/" + name); }
  math::Plant plant() const { return {model.a, model.b1, model.b2, model.c1, model.d11, model.d12}; }
  math::Regulator regulator(math::UnseenModes unseen = math::UnseenModes::refuse) const {
    return math::regulator(model.a, model.b2, model.q, model.r, model.s, unseen);
  }
  math::Filter filter() const {
    return math::kalman_filter(model.a, model.c, model.process, model.measurement, model.correlation);
  }

  /// 1e-6, but for ac7: the library's solution leaves a relative residual of 2.4e-5 there.
  double tolerance() const { return id == "ac7" ? 1e-3 : 1e-6; }

 private:
  static std::string path() { return std::string(golden_data()) + "/linear_envs.h5"; }
};

std::vector<std::string> golden_ids() {
  std::vector<std::string> ids;
  if (golden_data() == nullptr) {
    SUCCEED("TESSERA_GOLDEN is not set");
    return ids;
  }
  for (const auto& id : sim::linear::system_ids())
    if (id != "cm") ids.push_back(id);
  CHECK(ids.size() == 37);
  return ids;
}

/// Of the stored gains against a worst disturbance.
const std::map<std::string, double> gammas{
    {"toy", 2},    {"ac2", 100}, {"ac3", 2},    {"ac4", 2},    {"ac5", 2}, {"ac7", 5}, {"ac9", 100}, {"ac10", 5},
    {"bdt1", 2},   {"bdt2", 2},  {"cbm", 1000}, {"cdp", 1000}, {"cm1", 2}, {"cm2", 2}, {"cm3", 2},   {"cm4", 1000},
    {"cm5", 1000}, {"dis1", 5},  {"dis2", 100}, {"dlr", 100},  {"he1", 2}, {"he2", 2}, {"he3", 10},  {"he4", 2},
    {"he5", 5},    {"he6", 5},   {"iss", 1000}, {"je1", 100},  {"je2", 5}, {"lah", 2}, {"psm", 2}};
/// Where the library returns gains although there is no saddle point.
const std::map<std::string, double> gammas_without{{"ac7", 2}, {"cdp", 2}, {"dis2", 30},
                                                   {"dlr", 2}, {"je1", 2}, {"umv", 2}};

}  // namespace

TEST_CASE("regulators of all systems are the library's", "[control]") {
  int compared = 0;
  for (const auto& id : golden_ids()) {
    CAPTURE(id);
    const GoldenSystem system(id);
    if (id == "rea") {  // a state that no input reaches grows: the library says so too
      CHECK_THROWS_WITH(system.regulator(), Contains("is not stabilisable: no input reaches it"));
      continue;
    }
    if (id == "umv") {  // inputs can cancel the output for ever: any such gain is one, and the library's is arbitrary
      CHECK_THROWS_WITH(system.regulator(), Contains("R is singular"));
      continue;
    }
    const bool drifts = id == "ac1" || id == "ac2";
    if (drifts) CHECK_THROWS_WITH(system.regulator(), Contains("the marginal mode 1 is not seen by the cost"));
    const auto found = system.regulator(drifts ? math::UnseenModes::leave : math::UnseenModes::refuse);
    CHECK(found.residual < 1e-10);
    CHECK(difference(found.gain, system.read(drifts ? "lqr/gain_lqr_recomputed" : "lqr/gain_lqr")) <
          system.tolerance());
    if (system.has("lqr/riccati_P"))
      CHECK(difference(found.riccati, system.read("lqr/riccati_P")) < system.tolerance());
    if (!drifts) {
      const auto& model = system.model;
      const auto tracking = math::tracking_gain(model.a, model.b2, model.q, model.r, found);
      CHECK(difference(tracking, system.read("lqr/gain_lqt")) < system.tolerance());
    }
    ++compared;
  }
  CHECK(compared == (golden_data() == nullptr ? 0 : 35));
}

TEST_CASE("filters of all systems are the library's", "[control]") {
  int compared = 0;
  for (const auto& id : golden_ids()) {
    CAPTURE(id);
    const GoldenSystem system(id);
    if (id == "rea") {
      // Its gain in the data is wrong by 74 %, as a solution with 120 digits shows: beyond double precision.
      CHECK_THROWS_WITH(system.filter(), Contains("it is too ill-conditioned"));
      continue;
    }
    if (id == "bdt2") {  // nor has the library one
      CHECK_THROWS_WITH(system.filter(), Contains("not excited by any disturbance"));
      continue;
    }
    if (!system.has("lqg/gain_kf")) continue;
    const auto found = system.filter();
    CHECK(found.residual < 1e-10);
    // In the data, the gain of lah is off by 9.5e-6, as a solution with 120 digits shows.
    const double tolerance = id == "lah" ? 2e-5 : system.tolerance();
    CHECK(difference(found.gain, system.read("lqg/gain_kf")) < tolerance);
    ++compared;
  }
  CHECK(compared == (golden_data() == nullptr ? 0 : 33));
}

TEST_CASE("regulators of all systems against disturbances are the library's, where there is a saddle point",
          "[control]") {
  int compared = 0;
  for (const auto& id : golden_ids()) {
    CAPTURE(id);
    const GoldenSystem system(id);
    if (const auto gamma = gammas_without.find(id); gamma != gammas_without.end())
      CHECK_THROWS_WITH(math::robust_regulator(system.plant(), gamma->second), Contains("gamma"));
    const auto gamma = gammas.find(id);
    CHECK((gamma != gammas.end()) == system.has("h2hinf"));
    if (gamma == gammas.end()) continue;
    // The data contradict the equation in two places. The gains of dlr do not solve it: the value of their closed loop
    // leaves 57 % of itself as residual, and the disturbance could gain without bound. Those of ac9 do, at the least
    // gamma of all: an eigenvalue of the loop is 1 - 1e-8, which double precision cannot tell from 1.
    if (id == "dlr" || id == "ac9") {
      CHECK_THROWS_WITH(math::robust_regulator(system.plant(), gamma->second), Contains("on the unit circle"));
      continue;
    }
    const auto unseen = id == "ac2" ? math::UnseenModes::leave : math::UnseenModes::refuse;  // its loop drifts
    const auto found = math::robust_regulator(system.plant(), gamma->second, unseen);
    CHECK(found.residual < 1e-10);
    CHECK(difference(found.gain, system.read("h2hinf/gain_act")) < system.tolerance());
    // The library gives the disturbance with the sign that helps.
    CHECK(difference(found.worst_disturbance, -1.0 * system.read("h2hinf/gain_dis_as_shipped")) < system.tolerance());
    ++compared;
  }
  CHECK(compared == (golden_data() == nullptr ? 0 : 29));
}
