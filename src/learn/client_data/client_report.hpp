// What is told about federated data: a row a client, and what they range over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "learn/client_data/client_rows.hpp"
#include "learn/client_data/key_order.hpp"
#include "learn/client_data/synthetic_params.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::client_data {

/// Collective. clients.csv: client, rows, and the share of each class, or the mean of y (also of very many classes and
/// clients), or neither.
sim::Report client_report(const Comm& comm, const ClientRows& rows, const KeyOrder& order);
std::vector<sim::Stage::Result> client_results(const sim::Report& report, const ClientRows& rows);

/// truth.csv: what rows are drawn from; without rows if nothing can be said.
sim::Report truth_report(const SyntheticParams& params, std::uint32_t seed);

/// Collective.
void save_report(data::StateWriter& writer, const std::string& name, const sim::Report& report);
sim::Report restored_report(data::StateReader& reader, const std::string& name);

}  // namespace tessera::learn::client_data
