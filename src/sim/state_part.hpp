// The state of a part of a stage within that of the stage: its names get a prefix, so that parts need not know of one
// another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/io/state.hpp"

namespace tessera::sim {

/// Writes "name" as "part.name".
class PartWriter final : public data::StateWriter {
 public:
  PartWriter(data::StateWriter& whole, std::string_view part) : whole_(whole), prefix_(std::string(part) + ".") {}

  void put(std::string_view name, std::int64_t value) override { whole_.put(of(name), value); }
  void put(std::string_view name, double value) override { whole_.put(of(name), value); }
  void put(std::string_view name, const std::string& value) override { whole_.put(of(name), value); }
  void put(std::string_view name, const std::vector<double>& values) override { whole_.put(of(name), values); }
  void put(std::string_view name, const std::vector<std::int64_t>& values) override { whole_.put(of(name), values); }
  void put_rows(std::string_view name, const std::vector<double>& values, int components) override {
    whole_.put_rows(of(name), values, components);
  }
  void put_rows(std::string_view name, const std::vector<std::int64_t>& values, int components) override {
    whole_.put_rows(of(name), values, components);
  }
  void put_particles(std::string_view name, const data::Particles& particles) override {
    whole_.put_particles(of(name), particles);
  }
  void put_field(std::string_view name, const data::Field& field) override { whole_.put_field(of(name), field); }

 private:
  std::string of(std::string_view name) const { return prefix_ + std::string(name); }

  data::StateWriter& whole_;
  std::string prefix_;
};

/// Reads "part.name" as "name".
class PartReader final : public data::StateReader {
 public:
  PartReader(data::StateReader& whole, std::string_view part) : whole_(whole), prefix_(std::string(part) + ".") {}

  bool has(std::string_view name) const override { return whole_.has(of(name)); }
  void get(std::string_view name, std::int64_t& value) override { whole_.get(of(name), value); }
  void get(std::string_view name, double& value) override { whole_.get(of(name), value); }
  void get(std::string_view name, std::string& value) override { whole_.get(of(name), value); }
  void get(std::string_view name, std::vector<double>& values) override { whole_.get(of(name), values); }
  void get(std::string_view name, std::vector<std::int64_t>& values) override { whole_.get(of(name), values); }
  void get_rows(std::string_view name, std::vector<double>& values, int components) override {
    whole_.get_rows(of(name), values, components);
  }
  void get_rows(std::string_view name, std::vector<std::int64_t>& values, int components) override {
    whole_.get_rows(of(name), values, components);
  }
  void get_particles(std::string_view name, data::Particles& particles) override {
    whole_.get_particles(of(name), particles);
  }
  void get_field(std::string_view name, data::Field& field) override { whole_.get_field(of(name), field); }
  bool same_ranks() const override { return whole_.same_ranks(); }

 private:
  std::string of(std::string_view name) const { return prefix_ + std::string(name); }

  data::StateReader& whole_;
  std::string prefix_;
};

}  // namespace tessera::sim
