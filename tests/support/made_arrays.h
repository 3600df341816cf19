// Pictures and tables of science and medicine, made here.
#pragma once

#include "support/made_files.h"

namespace lmzip::testing {

inline TypedSegment Wide(bool is_signed, bool big_endian, uint32_t row_bytes) {
  TypedSegment form = Picture(16, 1, row_bytes);
  form.is_signed = is_signed;
  form.big_endian = big_endian;
  return form;
}

enum class DicomSyntax { kImplicit, kExplicit, kBigEndian };

/// With a sequence of unknown length in it that has rows and pixels of its own.
inline MadeFile MakeDicom(DicomSyntax syntax, uint32_t bits = 16) {
  const bool big = syntax == DicomSyntax::kBigEndian, names = syntax != DicomSyntax::kImplicit;
  FileMaker head, body(big);
  const auto add = [names](FileMaker& maker, uint32_t tag, const char* type, uint64_t length) {
    const bool is_wide = std::string_view("OBOWSQ").find(type) != std::string_view::npos;
    maker.U16(tag >> 16).U16(tag & 0xffff);
    if (!names) return (void)maker.U32(length);
    maker.Text(type);
    is_wide ? maker.U16(0).U32(length) : maker.U16(length);
  };
  const auto number = [&](uint32_t tag, uint32_t value) {
    add(body, tag, "US", 2), body.U16(value);
  };
  const std::string uid = syntax == DicomSyntax::kImplicit ? std::string("1.2.840.10008.1.2\0", 18)
                          : syntax == DicomSyntax::kExplicit
                              ? std::string("1.2.840.10008.1.2.1\0", 20)
                              : std::string("1.2.840.10008.1.2.2\0", 20);
  head.Zeros(128).Text("DICM").U16(2).U16(0x10).Text("UI").U16(uid.size()).Text(uid);
  add(body, 0x00081140, "SQ", 0xffffffff);
  body.U16(0xfffe).U16(0xe000).U32(0xffffffff);
  number(0x00280011, 7);
  add(body, 0x7fe00010, "OW", 14), body.Zeros(14);
  body.U16(0xfffe).U16(0xe00d).U32(0).U16(0xfffe).U16(0xe0dd).U32(0);
  number(0x00280002, 1);
  number(0x00280010, 60);
  number(0x00280011, 80);
  number(0x00280100, bits);
  number(0x00280103, 1);
  number(0x60000010, 60);
  number(0x60000011, 80);
  MadeFile made{"dicom " + uid.substr(0, uid.size() - 1), head.bytes(), {}};
  const auto place = [&] { return head.size() + body.size(); };
  add(body, 0x60003000, "OW", 600);
  made.holds.push_back(At(Picture(1, 1, 10), place(), 600));
  body.Waves(600);
  add(body, 0x7fe00010, "OW", 60 * 80 * bits / 8);
  TypedSegment pixels = Picture(static_cast<int>(bits), 1, 80 * bits / 8);
  pixels.is_signed = true;
  pixels.big_endian = big && bits > 8;
  made.holds.push_back(At(pixels, place(), 60 * 80 * bits / 8));
  body.Waves(60 * 80 * bits / 8);
  made.bytes.insert(made.bytes.end(), body.bytes().begin(), body.bytes().end());
  return made;
}

inline MadeFile MakeNifti(uint32_t code, TypedSegment form, bool big_endian) {
  FileMaker maker(big_endian);
  maker.U32(348).Until(40).U16(3).U16(40).U16(30).U16(5).U16(1).U16(1).U16(1).U16(1);
  maker.Until(70).U16(code).Until(108).U32(0x43b00000).Until(344).Text("n+1").Until(352);
  const uint64_t length =
      uint64_t{form.kind == DataKind::kTable ? 40 * form.row_bytes : form.row_bytes} * 150;
  return {"nifti of " + std::to_string(code), maker.Waves(length).bytes(), {At(form, 352, length)}};
}

inline MadeFile MakeNifti2(bool big_endian) {
  FileMaker maker(big_endian);
  maker.U32(540).Text("n+2").U8(0).Until(12).U16(512).Until(16).U64(2).U64(40).U64(30);
  maker.Until(168).U64(544).Until(544).Waves(40 * 30 * 2);
  return {"nifti 2", maker.bytes(), {At(Wide(false, big_endian, 80), 544, 40 * 30 * 2)}};
}

/// A header and, behind it, data of so many bytes.
inline MadeFile MakeFits(const std::vector<std::string>& cards, TypedSegment form,
                         uint64_t length) {
  FileMaker maker;
  for (std::string card : cards) {
    card.resize(80, ' ');
    maker.Text(card);
  }
  std::string end = "END";
  end.resize(2880 - maker.size(), ' ');
  maker.Text(end).Waves(length);
  return {cards[0], maker.bytes(), {At(form, 2880, length)}};
}

inline MadeFile MakeNpy(const std::string& type, bool fortran, const std::string& shape,
                        TypedSegment form, uint64_t length) {
  std::string header = "{'descr': '" + type +
                       "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': (" +
                       shape + "), }";
  header.resize(118, ' ');
  FileMaker maker;
  maker.Text("\x93NUMPY").U8(1).U8(0).U16(118).Text(header).Waves(length);
  return {"npy " + type + " " + shape, maker.bytes(), {At(form, 128, length)}};
}

inline std::vector<MadeFile> MadeArrays() {
  std::vector<MadeFile> made;
  for (const auto syntax :
       {DicomSyntax::kImplicit, DicomSyntax::kExplicit, DicomSyntax::kBigEndian}) {
    for (const uint32_t bits : {8u, 16u}) made.push_back(MakeDicom(syntax, bits));
  }
  for (const bool big : {false, true}) {
    made.push_back(MakeNifti(2, Picture(8, 1, 40), big));
    made.push_back(MakeNifti(4, Wide(true, big, 80), big));
    made.push_back(MakeNifti(512, Wide(false, big, 80), big));
    made.push_back(MakeNifti(16, Table(4), big));
    made.push_back(MakeNifti(64, Table(8), big));
    made.push_back(MakeNifti(128, Picture(8, 3, 120), big));
    made.push_back(MakeNifti2(big));
  }
  made.push_back(MakeFits({"SIMPLE  =                    T / conforms",
                           "BITPIX  =                   16", "NAXIS   =                    2",
                           "NAXIS1  =                   70", "NAXIS2  =                   50"},
                          Wide(true, true, 140), 7000));
  made.push_back(MakeFits({"SIMPLE  =                    T", "BITPIX  =                  -32",
                           "NAXIS   =                    2", "NAXIS1  =                   70",
                           "NAXIS2  =                   50"},
                          Table(4), 14000));
  made.push_back(MakeFits(
      {"XTENSION= 'BINTABLE'", "BITPIX  =                    8", "NAXIS   =                    2",
       "NAXIS1  =                   36", "NAXIS2  =                  500"},
      Table(36), 18000));
  made.push_back(MakeNpy("|u1", false, "40, 50", Picture(8, 1, 50), 2000));
  made.push_back(MakeNpy("|u1", true, "40, 50", Picture(8, 1, 40), 2000));
  made.push_back(MakeNpy("|u1", false, "40, 50, 3", Picture(8, 3, 150), 6000));
  made.push_back(MakeNpy(">i2", false, "40, 50", Wide(true, true, 100), 4000));
  made.push_back(MakeNpy("<i2", false, "4000,", Sound(16, 1), 8000));
  made.push_back(MakeNpy("<i2", false, "4000, 2", Sound(16, 2), 16000));
  made.push_back(MakeNpy("<f8", false, "40, 5, 5", Table(8), 8000));
  made.push_back(MakeNpy("<f4", false, "40, 50", Table(4), 8000));
  made.push_back(MakeNpy("|V20", false, "500,", Table(20), 10000));
  return made;
}

}  // namespace lmzip::testing
