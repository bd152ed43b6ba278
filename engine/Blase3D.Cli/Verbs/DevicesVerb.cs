using System.Text.Json.Nodes;
using Blase3D.Cli.Terminal;
using Blase3D.Engine.Devices;
using Blase3D.Kernels;
using CommandLine;
using Spectre.Console;

namespace Blase3D.Cli.Verbs;

[Verb("devices", HelpText = "List what this machine can compute on, and why something cannot be used.")]
internal sealed class DevicesVerb : CommonOptions
{
    public override void Run(Session session)
    {
        List<DeviceEntry> entries =
        [
            .. KernelSet.All.Select((set, i) => new DeviceEntry(
                "cpu", i, set.Name, $"{Environment.ProcessorCount} cores", 0, HasDoublePrecision: true, set.IsSupported ? null : "this processor lacks the instructions", IsProcessor: true)),
            .. DeviceCatalog.List(),
        ];
        session.Result(
            new JsonArray([.. entries.Select(entry => (JsonNode)new JsonObject
            {
                ["backend"] = entry.Backend,
                ["device"] = entry.Index < 0 ? null : entry.Index,
                ["name"] = entry.Name,
                ["details"] = entry.Details,
                ["memory_bytes"] = entry.MemoryBytes,
                ["double_precision"] = entry.HasDoublePrecision,
                ["is_processor"] = entry.IsProcessor,
                ["usable"] = entry.WhyNot is null,
                ["why_not"] = entry.WhyNot,
            })]),
            () =>
            {
                var table = new Table().Border(TableBorder.Simple).AddColumn("backend").AddColumn("device").AddColumn("name").AddColumn("memory").AddColumn("use");
                foreach (DeviceEntry entry in entries)
                {
                    table.AddRow(
                        entry.Backend,
                        entry.Backend == "cpu" || entry.Index < 0 ? "-" : FormattableString.Invariant($"{entry.Index}"),
                        Markup.Escape(entry.Details.Length > 0 ? $"{entry.Name} ({entry.Details})" : entry.Name),
                        entry.MemoryBytes > 0 ? FormattableString.Invariant($"{entry.MemoryBytes / 1e9:0.#} GB") : "-",
                        Markup.Escape(entry.WhyNot is { } why ? $"no: {why}" : Option(entry)));
                }

                ResultText.Write(table);
            });
    }

    private static string Option(DeviceEntry entry) => entry.Backend == "cpu"
        ? $"--kernels {entry.Name}"
        : $"--backend {entry.Backend}{(entry.Index > 0 ? $" --device {entry.Index}" : string.Empty)}{(entry.HasDoublePrecision ? string.Empty : " --kernels single (no double precision)")}";
}
