// HDF5 files with something wrong.
#pragma once

#include <hdf5.h>

#include <string>

#include "base/agree.hpp"
#include "catch.hpp"
#include "data/io/h5_id.hpp"

namespace tessera::test {

/// Collective. One rank does something to a file.
inline void change_file(const std::string& path, void (*change)(hid_t)) {
  agree(comm(), [&] {
    if (!comm().is_root()) return;
    const data::h5::Id file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    if (!file.is_open()) throw Error::internal("cannot open");
    change(file);
  });
}

}  // namespace tessera::test
