// Decks of molecular dynamics, trainings on it and forecasts of it.
#pragma once

#include <cstdint>
#include <string>

#include "stage_run.hpp"

namespace tessera::test {

/// Collective. As run_stages(), of these types of stages. With `stop_after` a request to stop comes in that step of all
/// trainings and forecasts together.
std::string run_trajcast(const std::string& stages, const Comm& comm = test::comm(), const std::string& place = "",
                         std::int64_t stop_after = 0);
/// Collective. The same, run by the root alone.
std::string run_trajcast_alone(const std::string& stages, const std::string& place = "");

/// A small network on stored pairs of benzene or quartz, two configurations a batch; more keys may follow.
std::string small_training(const std::string& keys = "", const std::string& pairs = "benzene");

}  // namespace tessera::test
