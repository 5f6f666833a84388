#include "learn/client_data/type.hpp"

#include <fmt/format.h>

#include <cmath>

#include "learn/client_data/params.hpp"
#include "learn/client_data/stage.hpp"

namespace tessera::learn::client_data {

namespace {

class ClientDataStageParams final : public sim::StageType::Params {
 public:
  void bind(deck::Binder& b) override { client_data::bind(b, params_); }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    return std::make_unique<ClientDataStage>(context, params_);
  }
  /// A file is read for it.
  sim::Estimate estimate(const Comm& comm, int ranks) const override {
    sim::Estimate estimate;
    estimate.item_name = "row";
    estimate.communication = sim::Communication{};
    if (!params_.stage.empty()) {
      estimate.remarks.push_back("a row for each step of a particle in the table that it reads");
      return estimate;
    }
    std::int64_t rows = 0, width = 0;
    if (params_.synthetic) {
      rows = params_.synthetic->total();
      width = params_.synthetic->features;
    } else {
      const ClientRows file = read_file_rows(comm, params_.file);
      rows = count_rows(comm, file, false);
      width = static_cast<std::int64_t>(file.width());
    }
    // As they are read, on their way, as they come, and in the table.
    estimate.bytes_per_rank = bytes(rows, width, ranks);
    estimate.items = rows;
    if (params_.pairs) {
      estimate.items = params_.pairs->total();
      width = params_.pairs->components;
      estimate.bytes_per_rank += bytes(estimate.items, width, ranks);
    }
    estimate.remarks.push_back(fmt::format("{} features", width));
    return estimate;
  }
  std::int64_t num_steps() const override { return 0; }
  double dt() const override { return 1.0; }
  std::vector<std::string> uses() const override {
    return params_.stage.empty() ? std::vector<std::string>{} : std::vector<std::string>{params_.stage};
  }

 private:
  static double bytes(std::int64_t rows, std::int64_t width, int ranks) {
    return std::ceil(static_cast<double>(rows) / ranks) * 8.0 * 4.0 * (3.0 + static_cast<double>(width));
  }

  ClientDataParams params_;
};

class ClientDataType final : public sim::StageType {
 public:
  std::string name() const override { return "client_data"; }
  std::string summary() const override { return "rows of a file, a stage or a random source, shared out over clients"; }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<ClientDataStageParams>(); }
};

}  // namespace

std::unique_ptr<sim::StageType> make_client_data_type() { return std::make_unique<ClientDataType>(); }

}  // namespace tessera::learn::client_data
