// What floating-point results of libtorch depend on in this process.
#pragma once

#include <ATen/core/ivalue.h>

#include <c10/core/Device.h>

#include "model/fingerprint.h"

namespace lmzip {

/// Library, its build, device and threads, under which a pinned model computes.
FingerprintFields DescribeEnvironment(const at::Device& device, int threads);

}  // namespace lmzip
