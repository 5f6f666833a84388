// Federated data as a stage: all of it is made before the first step, of which there is none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learn/client_data/key_order.hpp"
#include "learn/client_data/params.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::client_data {

/// Rows of its table: those for training by client, those of a client in the order of the source, then those held out
/// (client -1). Columns client, held_out (0 or 1; only if some are), id (number in the source, from 1), x, and y where
/// there is a response; classes are 0, 1...
class ClientDataStage final : public sim::Stage {
 public:
  ClientDataStage(const sim::StageContext& context, ClientDataParams params);

  void start() override;
  std::int64_t num_steps() const override { return 0; }
  void step(sim::Agreement&) override {}
  double time() const override { return 0.0; }
  double dt() const override { return 1.0; }
  std::vector<sim::SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return num_rows_ + num_held_out_; }
  std::string item_name() const override { return "row"; }
  Units units() const override { return {}; }
  data::Table* table() override { return &table_; }
  std::vector<sim::Report> reports() override { return reports_; }
  std::vector<Result> results() override { return results_; }
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

 private:
  ClientRows make_rows();
  void scale(ClientRows& rows);
  void add_columns();
  void fill_table(const ClientRows& rows, const KeyOrder& order);
  void report_clients(const ClientRows& rows, const KeyOrder& order);

  sim::StageContext context_;
  ClientDataParams params_;
  data::Table table_;
  std::int64_t num_clients_ = 0, num_rows_ = 0, num_held_out_ = 0, width_ = 0, has_response_ = 0;
  std::vector<sim::Report> reports_;
  std::vector<Result> results_;
};

}  // namespace tessera::learn::client_data
