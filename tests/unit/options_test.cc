#include "cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lmzip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ParsedCommandLine Parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"lmzip"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return ParseCommandLine(static_cast<int>(argv.size()), argv.data());
}

Options Parsed(const std::vector<std::string>& arguments) {
  const ParsedCommandLine parsed = Parse(arguments);
  EXPECT_FALSE(parsed.finished) << ::testing::PrintToString(arguments);
  return parsed.options;
}

std::string MessageOf(const std::vector<std::string>& arguments) {
  ::testing::internal::CaptureStderr();
  const ParsedCommandLine parsed = Parse(arguments);
  EXPECT_TRUE(parsed.finished && parsed.exit_code == 1) << ::testing::PrintToString(arguments);
  return ::testing::internal::GetCapturedStderr();
}

TEST(OptionsTest, FiltersNameTheirCommandByAFlagAnywhere) {
  EXPECT_EQ(Parsed({"-k"}).command, Command::kCompress);
  EXPECT_EQ(Parsed({"-"}).command, Command::kCompress);
  EXPECT_EQ(Parsed({"-dc9"}).command, Command::kDecompress);
  EXPECT_TRUE(Parsed({"-dc9"}).to_stdout);
  EXPECT_EQ(Parsed({"--effort", "max", "-d"}).command, Command::kDecompress);
  EXPECT_EQ(Parsed({"-T2", "--decompress"}).codec.threads, 2);
  EXPECT_EQ(Parsed({"-tv"}).command, Command::kTest);
  EXPECT_EQ(Parsed({"-l9", "-k"}).command, Command::kList);
  EXPECT_EQ(Parsed({"-o", "-d", "x"}).command, Command::kCompress);  // a value, not a flag
  EXPECT_EQ(Parsed({"-o", "-d", "x"}).output, "-d");
  EXPECT_EQ(Parsed({"-k", "--", "-d"}).command, Command::kCompress);
  EXPECT_THAT(Parsed({"-d", "c"}).files, ElementsAre("c"));
}

TEST(OptionsTest, LinksStandForOptions) {
  const auto parsed = [](const char* program, const char* argument) {
    const char* const argv[] = {program, argument};
    return ParseCommandLine(2, argv).options;
  };
  for (const char* program : {"lmzcat", "/usr/bin/lmzcat", "./lmzcat"}) {
    const Options options = parsed(program, "c");
    EXPECT_EQ(options.command, Command::kDecompress);
    EXPECT_TRUE(options.to_stdout && options.force);
    EXPECT_THAT(options.files, ElementsAre("c"));
  }
  EXPECT_EQ(parsed("unlmz", "d").command, Command::kDecompress);
  EXPECT_FALSE(parsed("unlmz", "d").to_stdout);
  EXPECT_EQ(parsed("unlmz", "-t").command, Command::kTest);
  EXPECT_EQ(parsed("elsewhere", "-k").command, Command::kCompress);
}

TEST(OptionsTest, PatternsAddUp) {
  EXPECT_THAT(Parsed({"c", "-r", "--exclude", "*.log", "x", "--exclude=[a,b]", "y"}).excluded,
              ElementsAre("*.log", "[a,b]"));
  EXPECT_THAT(Parsed({"c", "-r", "--exclude", "*.log", "x"}).files, ElementsAre("x"));
}

TEST(OptionsTest, NamesMayLookLikeCommands) {
  EXPECT_EQ(Parsed({"c", "d", "t"}).command, Command::kCompress);
  EXPECT_THAT(Parsed({"c", "d", "t"}).files, ElementsAre("d", "t"));
  EXPECT_EQ(Parsed({"d", "-o", "models", "c"}).output, "models");
}

TEST(OptionsTest, LevelsAreEfforts) {
  for (const char* turbo : {"-1", "-1k"}) {
    EXPECT_EQ(Parsed({"c", turbo}).encode.effort, Effort::kTurbo) << turbo;
  }
  for (const char* fast : {"-2", "-3", "--fast", "-k3"}) {
    EXPECT_EQ(Parsed({"c", fast}).encode.effort, Effort::kFast) << fast;
  }
  for (const char* middle : {"-4", "-5", "-6", "-7", "-k6"}) {
    EXPECT_EQ(Parsed({"c", "-9", middle}).encode.effort, Effort::kDefault) << middle;
  }
  for (const char* best : {"-8", "-9", "--best", "-9kf"}) {
    EXPECT_EQ(Parsed({"c", best}).encode.effort, Effort::kMax) << best;
  }
}

TEST(OptionsTest, OfContradictoryOptionsTheLastCounts) {
  EXPECT_EQ(Parsed({"c", "-9", "--effort", "fast"}).encode.effort, Effort::kFast);
  EXPECT_EQ(Parsed({"c", "--effort", "fast", "-9"}).encode.effort, Effort::kMax);
  EXPECT_EQ(Parsed({"c", "-1", "-9", "-5"}).encode.effort, Effort::kDefault);
  EXPECT_FALSE(Parsed({"c", "--rm", "-k"}).remove_source);
  EXPECT_TRUE(Parsed({"c", "-k", "--rm"}).remove_source);
  EXPECT_EQ(Parsed({"c", "-q", "-v"}).verbosity, 1);
  EXPECT_EQ(Parsed({"c", "-vvq"}).verbosity, -1);
  EXPECT_EQ(Parsed({"c", "-vv"}).verbosity, 2);
  EXPECT_EQ(Parsed({"c", "-o", "x", "-o", "y"}).output, "y");
  EXPECT_EQ(Parsed({"c", "-T", "1", "-T", "3"}).codec.threads, 3);
}

TEST(OptionsTest, ADashAsOutputIsStandardOutput) {
  EXPECT_TRUE(Parsed({"c", "-o", "-", "a", "b"}).to_stdout);
  EXPECT_EQ(Parsed({"c", "-o", "-", "a", "b"}).output, "");
  EXPECT_FALSE(Parsed({"c", "-o", "-", "-o", "x"}).to_stdout);
  EXPECT_EQ(Parsed({"c", "-o", "./-"}).output, "./-");
}

TEST(OptionsTest, DecodersTakeOptionsOfEncoders) {
  for (const char* command : {"d", "t", "l"}) {
    const Options options =
        Parsed({command, "--effort", "max", "-9", "--method", "lm", "--frame-size", "1M", "--lanes",
                "2", "--verify", "-m", "large", "-T", "2", "-k", "-c", "-f", "name"});
    EXPECT_THAT(options.files, ElementsAre("name")) << command;
  }
}

TEST(OptionsTest, ChoicesAreWords) {
  for (const char* wrong : {"0", "1", "2", "", "FAST", "fast "}) {
    EXPECT_THAT(
        MessageOf({"c", "--effort", wrong}),
        HasSubstr("--effort '" + std::string(wrong) + "': expected turbo|fast|default|max"));
  }
  EXPECT_THAT(MessageOf({"c", "--method=3"}), HasSubstr("expected auto|lm+mix|lm|mix|store"));
  EXPECT_THAT(MessageOf({"d", "--engine", "1"}), HasSubstr("expected auto|native|torch"));
  EXPECT_THAT(MessageOf({"d", "--progress", "2"}), HasSubstr("expected auto|always|never"));
  EXPECT_THAT(MessageOf({"models", "0"}), HasSubstr("expected list|show|verify"));
  EXPECT_THAT(MessageOf({"completion", "0"}), HasSubstr("expected bash|zsh|fish"));
}

TEST(OptionsTest, UsageErrorsSayWhatAndWhereHelpIs) {
  EXPECT_THAT(MessageOf({"c", "-T", "x"}), HasSubstr("--threads 'x': expected a number"));
  EXPECT_THAT(MessageOf({"c", "-o", ""}), HasSubstr("--output '': expected a name"));
  EXPECT_THAT(MessageOf({"c", "-m", ""}), HasSubstr("--model '': expected a name"));
  EXPECT_THAT(MessageOf({"c", "--files0="}), HasSubstr("--files0 '': expected a name"));
  EXPECT_THAT(MessageOf({"c", "-o"}), HasSubstr("-o needs a value"));
  EXPECT_THAT(MessageOf({"c", "--rm=yes"}), HasSubstr("--rm takes no value"));
  EXPECT_THAT(MessageOf({"c", "-kx"}), HasSubstr("unknown option -x (in -kx)"));
  EXPECT_THAT(MessageOf({"c", "--bogus=1"}),
              HasSubstr("unknown option --bogus\ntry 'lmzip c --help'"));
  EXPECT_THAT(MessageOf({"c", "--range", "1:2"}), HasSubstr("unknown option --range"));
  EXPECT_THAT(MessageOf({"--range", "1:2"}), HasSubstr("lmzip c has no option --range"));
  EXPECT_THAT(MessageOf({"c", "-o", "x", "-c"}), HasSubstr("--output excludes --stdout"));
  EXPECT_THAT(MessageOf({""}), HasSubstr("not a command"));
}

TEST(OptionsTest, HelpAndVersionGoAheadOfAMissingCommand) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--help"},
                                             {"-h"},
                                             {"-V"},
                                             {"--version"},
                                             {"-d", "-h"},
                                             {"-d", "-V"},
                                             {"-k", "--help"},
                                             {"c", "--help"},
                                             {"c", "-k", "--version", "x"},
                                             {"completion", "--help"}}) {
    ::testing::internal::CaptureStdout();
    const ParsedCommandLine parsed = Parse(arguments);
    EXPECT_TRUE(parsed.finished && parsed.exit_code == 0) << ::testing::PrintToString(arguments);
    EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("lmzip"));
  }
}

}  // namespace
}  // namespace lmzip
