#include "data/field.hpp"

#include <fmt/core.h>

#include "base/agree.hpp"

namespace tessera::data {

namespace {

Int3 check_layers(const Mesh& mesh, std::string_view name, int components, int layers) {
  if (components < 1)
    throw Error::input(fmt::format("field '{}': {} components; expected 1 or more", name, components));
  if (layers < 0 || layers > (1 << 20))
    throw Error::input(fmt::format("field '{}': {} ghost layers; expected 0 or more, up to 2^20", name, layers));
  Int3 result{0, 0, 0};
  for (int d = 0; d < mesh.dimensions(); ++d) result[d] = layers;
  return result;
}

MeshExchange plan(const Mesh& mesh, std::string_view name, const Int3& layers) {
  try {
    return {mesh, layers};
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("field '{}' with {} ghost layers: {}", name, layers[0], error.what()));
  }
}

}  // namespace

Field::Field(const Mesh& mesh, std::string_view name, int components, int layers, std::string_view unit)
    : mesh_(mesh),
      name_(name),
      unit_(unit),
      layers_(check_layers(mesh, name, components, layers)),
      exchange_(agree(mesh.comm(), [&] { return plan(mesh, name, layers_); })) {
  const auto extent = [&](int d) { return static_cast<std::size_t>(exchange_.extent()[d]); };
  const auto width = static_cast<std::size_t>(components);
  agree(mesh.comm(), [&] { values_ = Array4<double>(name_, extent(0), extent(1), extent(2), width); });
  cells_ = Array2<double>(values_.data(), extent(0) * extent(1) * extent(2), width);
}

void Field::exchange_begin() {
  if (is_under_way_)
    throw Error::internal(fmt::format("field '{}': an exchange begins before the last has ended", name_));
  exchange_.forward_begin(cells_);
  is_under_way_ = true;
}

void Field::exchange_end() {
  if (!is_under_way_) throw Error::internal(fmt::format("field '{}': an exchange ends that has not begun", name_));
  exchange_.forward_end(cells_);
  is_under_way_ = false;
}

void Field::reverse() {
  if (is_under_way_) throw Error::internal(fmt::format("field '{}': reverse before the exchange has ended", name_));
  exchange_.reverse(cells_);
}

}  // namespace tessera::data
