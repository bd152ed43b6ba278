using Blase3D.Cli;

return CommandLineRunner.Run(args);
