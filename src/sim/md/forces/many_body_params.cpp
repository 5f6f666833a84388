#include "sim/md/forces/many_body_params.hpp"

namespace tessera::sim::md {

using deck::Binder;

namespace {

template <class Params>
void bind_types(Binder& b, Params& p) {
  b.tables("type", p.types, {"the element that a type of the system stands for, where its name is not the element's"});
}

}  // namespace

void bind(Binder& b, TypeElementParams& p) {
  b.required("name");
  b.value("name", p.name, {"name of the type"});
  b.required("element");
  b.value("element", p.element, {"name of the element in the file"});
}

void bind(Binder& b, EamParams& p) {
  b.required("file");
  b.file("file", p.file, {"tables in the format of DYNAMO and LAMMPS (eV and A): funcfl, setfl (eam/alloy), eam/fs"});
  b.choice("format", p.format, {{"auto", data::EamFormat::automatic}, {"fs", data::EamFormat::fs}},
           {"auto: funcfl or setfl, by the file's head; fs: setfl with a density for each pair of elements (Finnis and "
            "Sinclair), which its head does not show"});
  bind_types(b, p);
}

void bind(Binder& b, StillingerWeberParams& p) {
  b.required("file");
  b.file("file", p.file, {"parameters by triples of elements in the format of LAMMPS (.sw), in the deck's units"});
  bind_types(b, p);
}

void bind(Binder& b, TersoffParams& p) {
  b.required("file");
  b.file("file", p.file, {"parameters by triples of elements in the format of LAMMPS (.tersoff), in the deck's units"});
  bind_types(b, p);
}

}  // namespace tessera::sim::md
