using System.Text.Json.Nodes;
using Blase3D.Cli.Terminal;
using Blase3D.Cli.Verification;
using Blase3D.Engine;
using CommandLine;
using Spectre.Console;

namespace Blase3D.Cli.Verbs;

[Verb("verify", HelpText = "Check this machine's results against golden vectors of the original code, or a file against its checksums.")]
internal sealed class VerifyVerb : CommonOptions
{
    [Value(0, MetaName = "FILE.h5", HelpText = "A file of this engine: everything in it is read and its checksums are verified.")]
    public string? File { get; set; }

    public override void Run(Session session)
    {
        if (File is not null)
        {
            string checksums = FileVerification.Verify(File, session.Cancellation);
            session.Result(
                new JsonObject { ["file"] = File, ["checksums"] = checksums, ["passed"] = true },
                () => Console.Out.WriteLine($"{File}: all of it can be read; checksums: {checksums}"));
            return;
        }

        IReadOnlyList<GoldenCheck> checks = session.Progress("verifying", progress => GoldenChecks.Run(Kernels, share =>
        {
            session.Cancellation.ThrowIfCancellationRequested();
            progress(share);
        }));
        session.Result(
            new JsonArray([.. checks.Select(check => (JsonNode)new JsonObject
            {
                ["check"] = check.Name,
                ["kernels"] = check.Kernels,
                ["largest_difference"] = check.Difference,
                ["tolerance"] = check.Tolerance,
                ["passed"] = check.Passed,
            })]),
            () =>
            {
                var table = new Table().Border(TableBorder.Simple).AddColumn("check").AddColumn("kernels").AddColumn("largest difference").AddColumn("tolerance").AddColumn(string.Empty);
                foreach (GoldenCheck check in checks)
                {
                    table.AddRow(
                        check.Name, check.Kernels, FormattableString.Invariant($"{check.Difference:0.0e+00}"), FormattableString.Invariant($"{check.Tolerance:0e+00}"), check.Passed ? "passed" : "FAILED");
                }

                ResultText.Write(table);
            });
        int failed = checks.Count(check => !check.Passed);
        if (failed > 0)
            throw new EngineException(ErrorCode.BadInput, $"{failed} of {checks.Count} golden checks failed on this machine; do not trust its results, and report the table above.");
    }
}
